-- Whether each trade is in the tables once. Each trade has a time of its own, and they are made
-- without a gap, so their times tell how many there must be.
SET 'execution.runtime-mode' = 'batch';

SET 'table.local-time-zone' = 'UTC';

CREATE CATALOG iceberg_catalog WITH (
    'type' = 'iceberg',
    'catalog-type' = 'rest',
    'uri' = 'http://iceberg-rest:8181',
    'warehouse' = 's3://warehouse/',
    'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
    's3.endpoint' = 'http://minio:9000',
    's3.path-style-access' = 'true'
);

USE iceberg_catalog.lakehouse;

SELECT 'made', (MAX(ts) - 1704099600000) / 300 + 1 FROM raw_trades;

SELECT 'in raw_trades', COUNT(*) FROM raw_trades;

SELECT 'different ones', COUNT(DISTINCT ts) FROM raw_trades;

SELECT 'before the end of the newest bar', COUNT(*)
FROM raw_trades
WHERE CAST(event_time AS TIMESTAMP(6)) < (SELECT MAX(window_end) FROM agg_1m);

SELECT 'in the bars', SUM(trade_count) FROM agg_1m;
