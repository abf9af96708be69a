-- Trades from a topic to a table of all of them and to one of candles, and what a learner asks.
SET 'execution.checkpointing.interval' = '10s';
SET 'execution.checkpointing.mode' = 'EXACTLY_ONCE';
SET 'table.exec.source.idle-timeout' = '10s';
SET 'pipeline.name' = 'kafka_to_iceberg';
SET 'pipeline.jars' = 'file:///opt/flink/lib/iceberg-flink-runtime.jar';

CREATE CATALOG iceberg_catalog WITH (
  'type' = 'iceberg',
  'catalog-type' = 'rest',
  'uri' = 'http://iceberg-rest:8181',
  'warehouse' = 's3a://warehouse/iceberg',
  'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
  's3.endpoint' = 'http://minio:9000',
  's3.path-style-access' = 'true',
  's3.access-key-id' = 'minioadmin',
  's3.secret-access-key' = 'minioadmin'
);
CREATE DATABASE IF NOT EXISTS iceberg_catalog.lakehouse;
USE CATALOG iceberg_catalog;
USE lakehouse;

CREATE TABLE kafka_trades (
  symbol STRING,
  price DOUBLE,
  qty DOUBLE,
  ts BIGINT,
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'trades',
  'properties.bootstrap.servers' = 'kafka:9092',
  'format' = 'json'
);

CREATE TABLE IF NOT EXISTS raw_trades (
  symbol STRING,
  price DOUBLE,
  qty DOUBLE,
  ts BIGINT,
  event_time TIMESTAMP_LTZ(3)
);
CREATE TABLE IF NOT EXISTS agg_1m (
  symbol STRING,
  window_start TIMESTAMP(3),
  open_price DOUBLE,
  high_price DOUBLE,
  low_price DOUBLE,
  close_price DOUBLE,
  volume DOUBLE,
  trade_count BIGINT,
  PRIMARY KEY (symbol, window_start) NOT ENFORCED
) WITH ('format-version' = '2', 'write.upsert.enabled' = 'true');

EXECUTE STATEMENT SET BEGIN
INSERT INTO raw_trades SELECT symbol, price, qty, ts, event_time FROM kafka_trades;
INSERT INTO agg_1m
SELECT symbol, window_start, FIRST_VALUE(price), MAX(price), MIN(price), LAST_VALUE(price),
       SUM(qty), COUNT(*)
FROM TABLE(TUMBLE(TABLE kafka_trades, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
GROUP BY symbol, window_start, window_end;
END;

-- Windows that slide, and the older way to write windows.
SELECT symbol, window_start, window_end, AVG(price) AS avg_price, COUNT(*) AS trades
FROM TABLE(HOP(TABLE kafka_trades, DESCRIPTOR(event_time), INTERVAL '1' MINUTE, INTERVAL '2' MINUTES))
GROUP BY symbol, window_start, window_end;
SELECT symbol, TUMBLE_START(event_time, INTERVAL '1' MINUTE) AS window_start, COUNT(*) AS trades
FROM kafka_trades GROUP BY symbol, TUMBLE(event_time, INTERVAL '1' MINUTE);
SELECT symbol, HOP_START(event_time, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE),
       HOP_END(event_time, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE), SUM(price * qty)
FROM kafka_trades GROUP BY HOP(event_time, INTERVAL '1' MINUTE, INTERVAL '2' MINUTE), symbol;
SELECT symbol, COUNT(*) AS trades, MAX(price) FROM kafka_trades GROUP BY symbol;
SELECT symbol, price, price * qty AS amount FROM kafka_trades WHERE qty > 0.5 AND symbol LIKE 'BTC%';

-- What is in the tables.
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) FROM raw_trades;
SELECT COUNT(*) FROM agg_1m;
SELECT * FROM raw_trades LIMIT 5;
SELECT * FROM agg_1m ORDER BY window_start DESC LIMIT 5;
SELECT SUM(trade_count) AS counted, (SELECT COUNT(*) FROM raw_trades) AS raw_rows FROM agg_1m;
SELECT symbol, window_start, COUNT(*) FROM agg_1m GROUP BY symbol, window_start HAVING COUNT(*) > 1;
SELECT * FROM raw_trades VERSION AS OF 1234567890123456789;
SELECT * FROM raw_trades FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-01 00:00:00';
SELECT * FROM raw_trades /*+ OPTIONS('snapshot-id' = '1234567890123456789') */;
ALTER TABLE raw_trades ADD side STRING;
SELECT side, COUNT(*) FROM raw_trades GROUP BY side;
QUIT;
