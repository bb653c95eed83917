# What is missing or out of its range is named.
try() { roi-calc tco "$@"; echo "exit $?"; }
try
try --gpus 8
try --gpus 8 --gpu-price 1
try --gpus 0 --gpu-price 1 --rate 0.1
try --gpus 8 --gpu-price 1 --rate 8%
try --gpus 8 --gpu-price 1 --rate -1
try --gpus 8 --gpu-price 1 --rate 0.1 --years 0
try --gpus 8 --gpu-price 1 --rate 0.1 --utilization 85
try --gpus 8 --gpu-price 1 --rate 0.1 --pue 0.5
try --gpus 8 --gpu-price 1 --rate 0.1 --residual-share 0.1 --depreciation price-performance
try --gpus 8 --gpu-price 1 --rate 0.1 --depreciation guess
try --gpus 8 --gpu-price 1 --rate 0.1 --set tokens=5
