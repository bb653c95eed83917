printf 'period,amount\n0,-1\n1,3\n2,-2.5\n' | roi-calc irr -
