-- what tATE TABLE t  t ( +. one
REMOVE  a INT, -S+. one
REMOVE  a }}}}}}}}}}t tr0ades}}}}}}}}INT, -S the fki=rsŠ
  -CASE -- why
    WHEN  -a os-
    > 0 THEN - - 4 ELSE +a END
FR}}INT, -S 