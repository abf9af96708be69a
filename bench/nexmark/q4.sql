-- The average over the highest bids of a category's auctions.
CREATE TABLE q4 (category BIGINT, final BIGINT) WITH ('connector' = 'blackhole');

INSERT INTO q4
SELECT category, AVG(highest)
FROM (SELECT A.category, MAX(B.price) AS highest
      FROM auction A JOIN bid B ON A.id = B.auction
      WHERE B.`dateTime` BETWEEN A.`dateTime` AND A.expires
      GROUP BY A.id, A.category)
GROUP BY category;
