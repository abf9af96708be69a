-- Every bid into files, with its day and its minute.
CREATE TABLE q10 (auction BIGINT, bidder BIGINT, price BIGINT, `dateTime` TIMESTAMP(3),
    extra STRING, dt STRING, hm STRING)
WITH ('connector' = 'filesystem', 'path' = 'q10', 'format' = 'csv');

INSERT INTO q10
SELECT auction, bidder, price, `dateTime`, extra, DATE_FORMAT(`dateTime`, 'yyyy-MM-dd'),
       DATE_FORMAT(`dateTime`, 'HH:mm')
FROM bid;
