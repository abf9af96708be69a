-- The auctions with the most bids of the last ten seconds, each two seconds.
CREATE TABLE q5 (auction BIGINT, num BIGINT) WITH ('connector' = 'blackhole');

INSERT INTO q5
SELECT A.auction, A.num
FROM (SELECT auction, COUNT(*) AS num, window_start, window_end
      FROM TABLE(HOP(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '2' SECOND,
                     INTERVAL '10' SECOND))
      GROUP BY auction, window_start, window_end) A
JOIN (SELECT MAX(num) AS num, window_start, window_end
      FROM (SELECT COUNT(*) AS num, window_start, window_end
            FROM TABLE(HOP(TABLE bid, DESCRIPTOR(`dateTime`), INTERVAL '2' SECOND,
                           INTERVAL '10' SECOND))
            GROUP BY auction, window_start, window_end)
      GROUP BY window_start, window_end) M
ON A.window_start = M.window_start AND A.window_end = M.window_end
    AND A.num >= M.num;
