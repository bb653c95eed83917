roi-calc literal --investment 80 --growth 5
