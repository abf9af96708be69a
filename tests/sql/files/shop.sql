-- Events of a shop: enriched, counted by the minute, hour and day, in sessions and in order.
CREATE TABLE purchases (
  event_id STRING,
  user_id BIGINT,
  order_id STRING,
  items ARRAY<ROW<product_id BIGINT, quantity INT, unit_price DECIMAL(10, 2)>>,
  total DECIMAL(12, 2),
  event_time BIGINT,
  ts AS TO_TIMESTAMP_LTZ(event_time, 3),
  seen_at AS PROCTIME(),
  offset_in_topic BIGINT METADATA FROM 'offset' VIRTUAL,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ecom.purchases', 'format' = 'json',
  'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop',
  'scan.startup.mode' = 'earliest-offset', 'scan.watermark.idle-timeout' = '30s'
);
CREATE TABLE cart_events (
  user_id BIGINT, product_id BIGINT, action STRING, quantity INT, unit_price DECIMAL(10, 2),
  ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'ecom.cart_events', 'format' = 'json',
  'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'shop',
  'scan.startup.mode' = 'group-offsets', 'properties.auto.offset.reset' = 'earliest',
  'scan.watermark.idle-timeout' = '30s'
);
CREATE TABLE users (
  user_id BIGINT, email STRING, country CHAR(2), segment STRING,
  PRIMARY KEY (user_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc', 'url' = 'jdbc:postgresql://postgres:5432/shop', 'table-name' = 'users',
  'username' = 'shop', 'password' = 'shop', 'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.max-rows' = '10000', 'lookup.partial-cache.expire-after-write' = '1h'
);
CREATE TABLE prices (
  product_id BIGINT, price DECIMAL(10, 2), valid_from TIMESTAMP_LTZ(3),
  PRIMARY KEY (product_id) NOT ENFORCED, WATERMARK FOR valid_from AS valid_from
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'meta.prices', 'key.format' = 'json', 'value.format' = 'json',
  'properties.bootstrap.servers' = 'kafka:9092', 'scan.watermark.idle-timeout' = '30s'
);
CREATE TABLE enriched (
  order_id STRING, user_id BIGINT, country STRING, segment STRING, total DECIMAL(12, 2), ts TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka', 'topic' = 'ecom.enriched', 'format' = 'json',
  'properties.bootstrap.servers' = 'kafka:9092', 'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'enriched'
);
CREATE TABLE agg_minute (
  window_start TIMESTAMP(3), country STRING, orders BIGINT, users BIGINT, revenue DECIMAL(38, 2),
  PRIMARY KEY (window_start, country) NOT ENFORCED
) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://postgres:5432/shop', 'table-name' = 'agg_minute',
  'sink.buffer-flush.max-rows' = '10000', 'sink.buffer-flush.interval' = '1s');
CREATE TABLE agg_hour WITH ('table-name' = 'agg_hour') LIKE agg_minute (OVERWRITING OPTIONS);
CREATE TABLE console (line STRING) WITH ('connector' = 'print');

CREATE VIEW orders AS
SELECT p.order_id, p.user_id, u.country, u.segment, p.total, p.ts
FROM purchases AS p LEFT JOIN users FOR SYSTEM_TIME AS OF p.seen_at AS u ON p.user_id = u.user_id;

BEGIN STATEMENT SET;
INSERT INTO enriched SELECT order_id, user_id, country, segment, total, ts FROM orders;
INSERT INTO agg_minute
SELECT window_start, COALESCE(country, '??'), COUNT(*), COUNT(DISTINCT user_id), SUM(total)
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, COALESCE(country, '??');
INSERT INTO agg_hour
SELECT window_start, country, SUM(orders), SUM(users), SUM(revenue)
FROM TABLE(TUMBLE((
  SELECT window_time, country, COUNT(*) AS orders, COUNT(DISTINCT user_id) AS users, SUM(total) AS revenue
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end, window_time, country), DESCRIPTOR(window_time), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, country;
INSERT INTO console SELECT CONCAT('order ', order_id) FROM purchases WHERE total > 1000;
END;

-- Sessions, running totals, moving averages, joins in time, the last and the best of each.
SELECT user_id, window_start, window_end, COUNT(*) AS events, SUM(total) AS revenue
FROM TABLE(SESSION(TABLE purchases PARTITION BY user_id, DESCRIPTOR(ts), INTERVAL '30' MINUTE))
GROUP BY user_id, window_start, window_end;
SELECT user_id, ts, SUM(total) OVER (PARTITION BY user_id ORDER BY ts) AS spent,
       AVG(total) OVER (PARTITION BY user_id ORDER BY ts
                        RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS average
FROM purchases;
SELECT c.user_id, c.product_id, p.order_id
FROM cart_events AS c JOIN purchases AS p
  ON c.user_id = p.user_id AND p.ts BETWEEN c.ts AND c.ts + INTERVAL '30' MINUTE;
SELECT p.order_id, i.product_id, i.quantity * v.price AS listed
FROM purchases AS p CROSS JOIN UNNEST(p.items) AS i (product_id, quantity, unit_price)
LEFT JOIN prices FOR SYSTEM_TIME AS OF p.ts AS v ON i.product_id = v.product_id;
SELECT user_id, order_id, total FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY total DESC) AS place FROM purchases
) WHERE place <= 3;
SELECT order_id, user_id, total FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY seen_at) AS copy FROM purchases
) WHERE copy = 1;
WITH spending AS (SELECT user_id, SUM(total) AS spent FROM purchases GROUP BY user_id)
SELECT u.segment, COUNT(*) AS users, AVG(s.spent) AS average, MAX(s.spent) AS best
FROM spending AS s JOIN users AS u USING (user_id)
WHERE u.user_id NOT IN (SELECT user_id FROM cart_events WHERE action = 'remove')
GROUP BY GROUPING SETS ((u.segment), ());
EXPLAIN CHANGELOG_MODE SELECT user_id, COUNT(*) FROM purchases GROUP BY user_id;
