-- The newest bars, one line for each symbol and minute.
SET 'execution.runtime-mode' = 'batch';

CREATE CATALOG iceberg_catalog WITH (
    'type' = 'iceberg',
    'catalog-type' = 'rest',
    'uri' = 'http://iceberg-rest:8181',
    'warehouse' = 's3://warehouse/',
    'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
    's3.endpoint' = 'http://minio:9000',
    's3.path-style-access' = 'true'
);

SELECT
    symbol,
    window_start,
    open_price,
    high_price,
    low_price,
    close_price,
    ROUND(volume, 3) AS volume,
    trade_count
FROM iceberg_catalog.lakehouse.agg_1m
ORDER BY window_start DESC, symbol
LIMIT 8;
