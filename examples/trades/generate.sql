-- Trades as an exchange would tell of them, into the topic `trades`: 200 a second, as JSON, with the
-- symbol as their key. Their time runs sixty times as fast as the clock: a second brings a minute.
SET 'execution.checkpointing.interval' = '1 s';

CREATE TABLE chances (
    n BIGINT,
    dice INT,
    noise DOUBLE,
    size DOUBLE
) WITH (
    'connector' = 'datagen',
    'rows-per-second' = '200',
    'fields.n.kind' = 'sequence',
    'fields.n.start' = '0',
    'fields.n.end' = '3999999',
    'fields.dice.min' = '1',
    'fields.dice.max' = '100',
    'fields.noise.min' = '-1',
    'fields.noise.max' = '1',
    'fields.size.min' = '0.01',
    'fields.size.max' = '1'
);

-- Of these symbols each of three partitions gets some.
CREATE TEMPORARY VIEW picked AS
SELECT
    *,
    CASE
        WHEN dice <= 40 THEN 'BTCUSDT'
        WHEN dice <= 70 THEN 'ETHUSDT'
        WHEN dice <= 90 THEN 'SOLUSDT'
        ELSE 'LTCUSDT'
    END AS symbol
FROM chances;

CREATE TEMPORARY VIEW valued AS
SELECT
    *,
    CASE symbol
        WHEN 'BTCUSDT' THEN 43000e0
        WHEN 'ETHUSDT' THEN 2300e0
        WHEN 'SOLUSDT' THEN 105e0
        ELSE 70e0
    END AS worth
FROM picked;

-- In transactions: a trade is in the topic once, whatever happens to the job in between.
CREATE TABLE trades (
    symbol STRING,
    price DOUBLE,
    qty DOUBLE,
    side STRING,
    ts BIGINT
) WITH (
    'connector' = 'kafka',
    'topic' = 'trades',
    'properties.bootstrap.servers' = 'kafka:9092',
    'properties.transaction.timeout.ms' = '900000',
    'key.format' = 'raw',
    'key.fields' = 'symbol',
    'value.format' = 'json',
    'sink.delivery-guarantee' = 'exactly-once',
    'sink.transactional-id-prefix' = 'generate'
);

-- Prices go in waves, each symbol in its own, and tremble a little.
INSERT INTO trades
SELECT
    symbol,
    ROUND(
        worth * (
            1 + 0.01 * SIN(n / 9000e0 + worth) + 0.003 * SIN(n / 700e0 + worth) + 0.0004 * noise
        ),
        2
    ),
    ROUND(5000 * size * size / worth, 4),
    CASE WHEN noise > 0 THEN 'buy' ELSE 'sell' END,
    1704099600000 + n * 300
FROM valued;
