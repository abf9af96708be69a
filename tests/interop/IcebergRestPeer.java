// Iceberg's own logic for REST catalogs, which its tests use, behind the HTTP server of the JDK. Prints
// its address. In the package of that logic, since much of it can be seen only there.
package org.apache.iceberg.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.rest.HTTPRequest.HTTPMethod;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.util.Pair;

public class IcebergRestPeer {
  private static final ObjectMapper JSON = RESTObjectMapper.mapper();
  private static RESTCatalogAdapter adapter;

  public static void main(String[] words) throws IOException {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("peer", Map.of("warehouse", words[0]));
    adapter = new RESTCatalogAdapter(catalog);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", IcebergRestPeer::serve);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.start();
    System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> found = new HashMap<>();
    if (text == null || text.isEmpty()) return found;
    for (String pair : text.split("&")) {
      String[] parts = pair.split("=", 2);
      found.put(decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : "");
    }
    return found;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void serve(HttpExchange exchange) throws IOException {
    HTTPMethod method = HTTPMethod.valueOf(exchange.getRequestMethod());
    String path = exchange.getRequestURI().getRawPath().substring(1);
    Pair<Route, Map<String, String>> matched = Route.from(method, path);
    if (matched == null) {
      answer(exchange, 400, "{\"error\":{\"message\":\"no such route\",\"type\":\"X\",\"code\":400}}");
      return;
    }
    Route route = matched.first();
    ImmutableHTTPRequest.Builder request = ImmutableHTTPRequest.builder()
        .baseUri(URI.create("http://localhost")).method(method).path(path)
        .queryParameters(parameters(exchange.getRequestURI().getRawQuery()));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (route == Route.TOKENS) {
      request.body(parameters(body));
    } else if (route.requestClass() != null && !body.isEmpty()) {
      request.body(JSON.readValue(body, route.requestClass()));
    }
    AtomicReference<ErrorResponse> refused = new AtomicReference<>();
    Object given = null;
    try {
      given = adapter.execute(request.build(), route.responseClass(), refused::set,
          headers -> headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value)));
    } catch (RuntimeException refusal) {
      if (refused.get() == null) throw refusal;
    }
    if (refused.get() != null) {
      answer(exchange, refused.get().code(), JSON.writeValueAsString(refused.get()));
    } else if (given == null) {
      answer(exchange, 204, "");
    } else {
      answer(exchange, 200, JSON.writeValueAsString(given));
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
