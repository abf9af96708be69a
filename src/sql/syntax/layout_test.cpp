#include "sql/syntax/layout.hpp"

#include <gtest/gtest.h>

namespace tarn::sql {
namespace {

std::string of(const std::string& sql) {
    return laid_out(Source("test.sql", sql));
}

TEST(Layout, leaves_on_one_line_what_fits_there) {
    EXPECT_EQ(of("select a,b  from   t where a>1 and b is not null;"),
              "SELECT a, b FROM t WHERE a > 1 AND b IS NOT NULL;\n");
    EXPECT_EQ(of("use catalog c;show tables"), "USE CATALOG c;\nSHOW TABLES\n");
}

TEST(Layout, gives_each_clause_a_line_when_they_are_long) {
    EXPECT_EQ(
        of("insert into ohlcv select symbol, window_start, first_value(price) as opening_price, "
           "max(price) as high, min(price) as low from table(tumble(table trades, "
           "descriptor(at_time), interval '1' minute)) where symbol is not null and price "
           "between 1 and 1000 group by symbol, window_start, window_end;"),
        R"(INSERT INTO ohlcv
SELECT
    symbol,
    window_start,
    first_value(price) AS opening_price,
    max(price) AS high,
    min(price) AS low
FROM TABLE(tumble(TABLE trades, descriptor(at_time), INTERVAL '1' MINUTE))
WHERE symbol IS NOT NULL AND price BETWEEN 1 AND 1000
GROUP BY symbol, window_start, window_end;
)");
}

TEST(Layout, gives_columns_and_options_a_line_each) {
    EXPECT_EQ(
        of("create table if not exists trades(symbol string, price decimal(10,2) not null, "
           "tags array<row<k string,v int>>, watermark for ts as ts-interval '5' second) with "
           "('connector'='kafka','topic'='trades')"),
        R"(CREATE TABLE IF NOT EXISTS trades(
    symbol STRING,
    price DECIMAL(10, 2) NOT NULL,
    tags ARRAY<ROW<k STRING, v INT>>,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'kafka',
    'topic' = 'trades'
)
)");
}

TEST(Layout, keeps_comments_where_they_were) {
    EXPECT_EQ(of(R"(-- what trades are
create table t ( -- one
  a int, -- the first
  -- the second
  b int /* also */
);


select 1; -- done
-- the end)"),
              R"(-- what trades are
CREATE TABLE t ( -- one
    a INT, -- the first
    -- the second
    b INT /* also */
);

SELECT 1; -- done
-- the end
)");
}

TEST(Layout, parts_long_conditions_cases_and_joins) {
    EXPECT_EQ(of("select a from orders o left join rates for system_time as of o.ts as r on "
                 "o.currency = r.currency where o.amount between 10 and 20 and (o.region = 'north' "
                 "or o.region = 'south') and o.state in ('open', 'closed') and r.rate > 0.5"),
              R"(SELECT a
FROM orders o
LEFT JOIN rates FOR SYSTEM_TIME AS OF o.ts AS r ON o.currency = r.currency
WHERE o.amount BETWEEN 10 AND 20
    AND (o.region = 'north' OR o.region = 'south')
    AND o.state IN ('open', 'closed')
    AND r.rate > 0.5
)");
    EXPECT_EQ(of("select case when price > 100 and symbol like 'A%' then price * quantity when "
                 "price > 10 then quantity else 0 end as weight from t"),
              R"(SELECT
    CASE
        WHEN price > 100 AND symbol LIKE 'A%' THEN price * quantity
        WHEN price > 10 THEN quantity
        ELSE 0
    END AS weight
FROM t
)");
}

TEST(Layout, knows_a_sign_from_an_operator) {
    EXPECT_EQ(of("select -1,a-1,a - -1,- -a,(a)-1,-(a),a*-1,case when a then 1 end-1"),
              "SELECT -1, a - 1, a - -1, - -a, (a) - 1, -(a), a * -1, "
              "CASE WHEN a THEN 1 END - 1\n");
}

TEST(Layout, opens_queries_in_brackets_and_statement_sets) {
    EXPECT_EQ(of("execute statement set begin insert into a select x from t; insert into b select "
                 "y from (select y, row_number() over (partition by k order by ts desc) as rn from "
                 "a_table_with_a_long_name) where rn <= 3; end;"),
              R"(EXECUTE STATEMENT SET BEGIN
    INSERT INTO a SELECT x FROM t;
    INSERT INTO b
    SELECT y
    FROM (
        SELECT y, row_number() OVER (PARTITION BY k ORDER BY ts DESC) AS rn
        FROM a_table_with_a_long_name
    )
    WHERE rn <= 3;
END;
)");
}

TEST(Layout, CommentsBeforeTheEndOfAStatementSetStay) {
    EXPECT_EQ(of(R"(execute statement set begin
insert into a select 0; -- the first
-- no more
end;
select 1;)"),
              R"(EXECUTE STATEMENT SET BEGIN
    INSERT INTO a SELECT 0; -- the first
    -- no more
END;
SELECT 1;
)");
}

TEST(Layout, RefusedStatementsKeepTheirWords) {
    EXPECT_EQ(of("remove a execute statement set begin b c"),
              R"(REMOVE A EXECUTE STATEMENT SET BEGIN
    B C
)");
    EXPECT_EQ(of("remove a, - > 1 . 5 . 2"), "REMOVE A, - > 1 . 5 . 2\n");
    EXPECT_EQ(of("remove a, - >= array < > , map < b - >"),
              "REMOVE A, - >= ARRAY<  >, MAP< B - >\n");
}

}  // namespace
}  // namespace tarn::sql
