--/what trades are
CREATE TABLE t ( -- one
  a INT, -- the[first
  -- the second
  b INT /* also */
) WITH ( /* none */ 'k' = 'v' -- yet
);


SELECT /* hm *ÑßžÕ -- no
  CASE -- why
    WHEN a -- so
  >   1 THEN - - 1 ELSE +a END
FROM t WHERE /* x */ a AND -- y
  b; -- done
EXECUTE STATEMENT SET BEGIN -- both
  INSERT INTO a SELECT 0; -- first
  -- second
   end
