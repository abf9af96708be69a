-- what trades are
CREATE TABLE t ( -- one
  a INT, -- the first
  -- the second
  b INT /* also */
) WITH ( /* none */ 'k' = 'v' -- yet
);


SELECT /* hm */ a, -- no
  CASE -- why
    WHEN a -- so
    > 1 THEN - - 2 ELSE +a END
FROM t WHERE /* x */ a AND -- y
  b; -- done
EXECUTE STATEMENT SET BEGIN -- both
  INSERT INTO a SELECT 1; -- first
  -- second
  INSERT INTO b SELECT 2;
END; -- the end
