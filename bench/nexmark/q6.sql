-- The average of each seller's last ten winning bids. Neither Flink nor Tarn runs it: winners
-- change as bids come, and the values before a row are only known where no row changes.
CREATE TABLE q6 (seller BIGINT, average BIGINT) WITH ('connector' = 'blackhole');

INSERT INTO q6
SELECT seller, AVG(price) OVER (
    PARTITION BY seller ORDER BY `dateTime` ROWS BETWEEN 10 PRECEDING AND CURRENT ROW)
FROM (SELECT A.seller, B.price, B.`dateTime`,
             ROW_NUMBER() OVER (PARTITION BY A.id, A.seller ORDER BY B.price DESC) AS place
      FROM auction A JOIN bid B ON A.id = B.auction
      WHERE B.`dateTime` BETWEEN A.`dateTime` AND A.expires)
WHERE place <= 1;
