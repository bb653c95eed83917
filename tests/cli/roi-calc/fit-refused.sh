# What cannot be fitted is refused, and says why.
try() { printf "$1" > p.csv; shift; roi-calc fit p.csv --format text "$@"; echo "exit $?"; }
H='investment,growth,roi\n'
try ''; try "$H"; try '1,2,3\n4,5,6\n'; try 'investment,growth\n1,2\n'; try 'investment,investment,growth,roi\n1,2,3,4\n'
try "${H}10,2,(5)\n"; try "${H}10,2,nan\n"; try "${H}10,7%%,5\n"; try "${H}-10,2,5\n"; try "${H}10,0,5\n"; try "${H}10,2,\n"; try "${H}10,2\n"
# Too few, constant, collinear.
try "${H}10,2,5\n20,2,6\n60,2,9\n"
try "${H}60,1,4.5\n60,2,9\n60,3,13.5\n60,4,18\n60,5,22\n"
try "${H}10,1,3\n60,2,9\n60,3,13.5\n10,4,12\n60,5,22\n"
try "${H}60,1,4.5\n60,2,9.1\n60,3,13.4\n60,4,18\n" --form line
# Every investment past the kink; none past it: the answer is no.
try "${H}60,1,4.5\n70,2,9.1\n80,3,13.4\n90,4,18.2\n65,2,8.9\n75,1,4.6\n"
try "${H}0,1,2.5\n5,2,5.3\n10,1,2.85\n15,2,6.2\n20,1,3.4\n25,2,7.4\n"
# Losses throughout have no relative error.
try "${H}0,1,-2.5\n20,2,-6.5\n40,1,-4.1\n60,2,-9.1\n80,1,-4.4\n90,2,-9\n" --errors relative
try "${H}0,1,-2.5\n20,2,-6.3\n40,1,-4.3\n60,2,-8.8\n80,1,-4.5\n90,2,-9.2\n" --form constant
# Options.
try "$H" --form cubic; try "$H" --confidence 1; try "$H" --huber 0
try "$H" --of roi; try "$H" --formula 'b * growth'; try "$H" --formula 'b * growth' --of roi; try "$H" --formula 'b * growth' --of roi --start b
D='x,y\n1,2\n2,4\n3,7\n4,0\n'
f() { try "$D" --formula "$@"; }
f 'b * z' --of y --start b=1; f 'b * (x' --of y --start b=1; f 'b * x' --of y --start b=1 --start c=1; f 'x * y' --of y --start x=1
f 'b * x' --of 'log(y)' --start b=1; f 'log(b * x)' --of y --start b=-1; f 'a+b*x+c*x^2+d*x^3' --of y --start a=1 --start b=1 --start c=1 --start d=1
f 'b * t' --of y --start b=1; f 'sin(b * x)' --of y --start b=1
# Coefficients that mean the same: the answer is no.
roi-calc fit p.csv --formula 'a * x + b * x' --of y --start a=1 --start b=1 > record.json; echo "exit $?"; jq -c '.fit | [.status, .coefficients.a.low]' record.json
roi-calc fit absent.csv; echo "exit $?"
