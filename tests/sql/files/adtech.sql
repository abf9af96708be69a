-- Bid requests of OpenRTB 2.6 from a topic to a flat table, their impressions, and counts of both.
SET 'execution.checkpointing.interval' = '60s';
SET 'state.checkpoints.dir' = 's3://warehouse/checkpoints';
SET 'table.exec.state.ttl' = '86400000';
SET 'table.exec.source.idle-timeout' = '30s';

CREATE CATALOG iceberg_catalog WITH (
  'type' = 'iceberg',
  'catalog-type' = 'rest',
  'uri' = 'http://iceberg-rest:8181',
  'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
  's3.endpoint' = 'http://minio:9000',
  's3.path-style-access' = 'true',
  'warehouse' = 's3://warehouse/'
);
CREATE DATABASE IF NOT EXISTS iceberg_catalog.db;

CREATE TABLE IF NOT EXISTS iceberg_catalog.db.bid_requests (
  request_id STRING,
  imp_id STRING,
  imp_count INT,
  imp_type STRING,
  imp_width INT,
  imp_height INT,
  imp_bidfloor DOUBLE,
  site_domain STRING,
  publisher_id STRING,
  device_type INT,
  device_geo_country STRING,
  user_id STRING,
  auction_type INT,
  currency STRING,
  regs_gdpr INT,
  event_time TIMESTAMP_LTZ(6)
);

CREATE TEMPORARY TABLE kafka_bid_requests (
  `id` STRING,
  `imp` ARRAY<ROW<`id` STRING, `banner` ROW<`w` INT, `h` INT>,
                  `video` ROW<`w` INT, `h` INT, `minduration` INT>, `bidfloor` DOUBLE,
                  `bidfloorcur` STRING, `secure` INT>>,
  `site` ROW<`id` STRING, `domain` STRING, `cat` ARRAY<STRING>,
             `publisher` ROW<`id` STRING, `name` STRING>>,
  `device` ROW<`ua` STRING, `ip` STRING, `devicetype` INT,
               `geo` ROW<`country` STRING, `city` STRING, `lat` DOUBLE, `lon` DOUBLE>>,
  `user` ROW<`id` STRING>,
  `at` INT,
  `tmax` INT,
  `cur` ARRAY<STRING>,
  `source` ROW<`schain` ROW<`nodes` ARRAY<ROW<`asi` STRING, `sid` STRING>>>>,
  `regs` ROW<`coppa` INT, `gdpr` INT>,
  `event_timestamp` STRING,
  `event_ts` AS TO_TIMESTAMP(SUBSTRING(`event_timestamp`, 1, 26), 'yyyy-MM-dd''T''HH:mm:ss.SSSSSS'),
  `seen_at` AS PROCTIME(),
  WATERMARK FOR `event_ts` AS `event_ts` - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'bid-requests',
  'properties.bootstrap.servers' = 'kafka:29092',
  'properties.group.id' = 'flink-bid-requests',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.fail-on-missing-field' = 'false',
  'json.ignore-parse-errors' = 'true'
);
CREATE TEMPORARY TABLE by_minute (
  window_start TIMESTAMP(3),
  country STRING,
  requests BIGINT,
  floor_avg DOUBLE,
  PRIMARY KEY (window_start, country) NOT ENFORCED
) WITH (
  'connector' = 'iceberg',
  'catalog-name' = 'iceberg_catalog',
  'catalog-type' = 'rest',
  'uri' = 'http://iceberg-rest:8181',
  'catalog-database' = 'db',
  'catalog-table' = 'requests_by_minute',
  'upsert-enabled' = 'true'
);

EXECUTE STATEMENT SET BEGIN
INSERT INTO iceberg_catalog.db.bid_requests
SELECT `id`, `imp`[1].`id`, CARDINALITY(`imp`),
       CASE WHEN `imp`[1].`banner` IS NOT NULL THEN 'banner'
            WHEN `imp`[1].`video` IS NOT NULL THEN 'video' ELSE 'other' END,
       COALESCE(`imp`[1].`banner`.`w`, `imp`[1].`video`.`w`),
       COALESCE(`imp`[1].`banner`.`h`, `imp`[1].`video`.`h`),
       `imp`[1].`bidfloor`, `site`.`domain`, `site`.`publisher`.`id`, `device`.`devicetype`,
       `device`.`geo`.`country`, `user`.`id`, `at`, `cur`[1], `regs`.`gdpr`,
       CAST(`event_ts` AS TIMESTAMP_LTZ(6))
FROM kafka_bid_requests;
INSERT INTO by_minute
SELECT TUMBLE_START(`event_ts`, INTERVAL '1' MINUTE), COALESCE(`device`.`geo`.`country`, '??'),
       COUNT(*), AVG(`imp`[1].`bidfloor`)
FROM kafka_bid_requests
GROUP BY TUMBLE(`event_ts`, INTERVAL '1' MINUTE), COALESCE(`device`.`geo`.`country`, '??');
END;

SELECT r.`id`, i.`id` AS imp_id, i.bidfloor, node.asi
FROM kafka_bid_requests AS r
CROSS JOIN UNNEST(r.`imp`) AS i (`id`, banner, video, bidfloor, bidfloorcur, secure)
CROSS JOIN UNNEST(r.`source`.`schain`.`nodes`) AS node (asi, sid)
WHERE i.secure = 1;

SET 'execution.runtime-mode' = 'batch';
SELECT * FROM iceberg_catalog.db.bid_requests LIMIT 10;
SELECT COUNT(*) FROM iceberg_catalog.db.bid_requests;
SELECT device_geo_country, COUNT(*) AS cnt FROM iceberg_catalog.db.bid_requests
GROUP BY device_geo_country ORDER BY cnt DESC;
SELECT COUNT(*), COUNT(DISTINCT request_id) FROM iceberg_catalog.db.bid_requests;
