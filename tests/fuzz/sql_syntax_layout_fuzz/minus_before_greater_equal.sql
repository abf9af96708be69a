-- what tAþþþþþþþþE  a Ione
REMOVE  a IN¬at tATE TABLE t (  -SI,-þþþþþþþþþþþþþþþþþÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿþne */ '2

þþþþþþþþþþþþÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿþne */ '2



k)SELECT /*+ hm */ a-w -
  a INT)))))))))

k)SELECT /*+ hm */ a-w -
 >= a INT))))))))))))), -- thhdat trades ] ade 