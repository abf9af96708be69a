-- Every trade of the topic into one table, and its bars of a minute into another: open, high, low,
-- close and volume of each symbol. The job reads the topic once for both.
SET 'execution.checkpointing.interval' = '1 s';

-- Dates are those of UTC.
SET 'table.local-time-zone' = 'UTC';

-- A partition that stays empty does not hold the bars of the others back for longer.
SET 'table.exec.source.idle-timeout' = '30 s';

CREATE TABLE kafka_trades (
    symbol STRING,
    price DOUBLE,
    qty DOUBLE,
    side STRING,
    ts BIGINT,
    event_time AS TO_TIMESTAMP_LTZ(ts, 3),
    WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) WITH (
    'connector' = 'kafka',
    'topic' = 'trades',
    'properties.bootstrap.servers' = 'kafka:9092',
    'properties.isolation.level' = 'read_committed',
    'scan.startup.mode' = 'earliest-offset',
    'format' = 'json'
);

CREATE CATALOG iceberg_catalog WITH (
    'type' = 'iceberg',
    'catalog-type' = 'rest',
    'uri' = 'http://iceberg-rest:8181',
    'warehouse' = 's3://warehouse/',
    'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
    's3.endpoint' = 'http://minio:9000',
    's3.path-style-access' = 'true'
);

CREATE DATABASE IF NOT EXISTS iceberg_catalog.lakehouse;

CREATE TABLE IF NOT EXISTS iceberg_catalog.lakehouse.raw_trades (
    symbol STRING,
    ts BIGINT,
    price DOUBLE,
    qty DOUBLE,
    side STRING,
    event_time TIMESTAMP_LTZ(6),
    trade_date DATE
) PARTITIONED BY (trade_date) WITH ('format-version' = '2');

CREATE TABLE IF NOT EXISTS iceberg_catalog.lakehouse.agg_1m (
    symbol STRING,
    window_start TIMESTAMP(6),
    window_end TIMESTAMP(6),
    open_price DOUBLE,
    high_price DOUBLE,
    low_price DOUBLE,
    close_price DOUBLE,
    volume DOUBLE,
    trade_count BIGINT
) WITH ('format-version' = '2');

EXECUTE STATEMENT SET BEGIN

    INSERT INTO iceberg_catalog.lakehouse.raw_trades
    SELECT symbol, ts, price, qty, side, event_time, CAST(event_time AS DATE)
    FROM kafka_trades;

    -- A bar is written when its minute is over: when a trade five seconds later has come from each
    -- partition. First and last go by the order of arrival, which the key keeps for each symbol.
    INSERT INTO iceberg_catalog.lakehouse.agg_1m
    SELECT
        symbol,
        window_start,
        window_end,
        FIRST_VALUE(price),
        MAX(price),
        MIN(price),
        LAST_VALUE(price),
        SUM(qty),
        COUNT(*)
    FROM TABLE(TUMBLE(TABLE kafka_trades, DESCRIPTOR(event_time), INTERVAL '1' MINUTE))
    GROUP BY symbol, window_start, window_end;
END;
