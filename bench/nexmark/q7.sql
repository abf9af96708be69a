-- The highest bids of every ten seconds: all bids, joined with the highest price.
CREATE TABLE q7 (auction BIGINT, bidder BIGINT, price BIGINT, `dateTime` TIMESTAMP(3), extra STRING)
WITH ('connector' = 'blackhole');

INSERT INTO q7
SELECT B.auction, B.bidder, B.price, B.`dateTime`, B.extra
FROM bid B
JOIN (SELECT MAX(price) AS price, window_end AS `dateTime`
      FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end) highest
ON B.price = highest.price
WHERE B.`dateTime` BETWEEN highest.`dateTime` - INTERVAL '10' SECOND AND highest.`dateTime`;
