# A cluster with all of its costs, its text, and the same from another tool's record.
all="--gpus 64 --gpu-price 32000 --interconnect-share 0.19 --years 5 --rate 0.08 --residual-share 0.1 --tax-rate 0.21
     --gpu-power 1300 --idle-power-share 0.3 --pue 1.25 --power-price 0.09 --colocation 140 --staff 250000 --maintenance-share 0.03
     --utilization 0.7 --rent-price 2.9"
roi-calc tco $all --tokens-per-s 2500
echo '{"schema":"daybreak.train/1","type":"summary","tokens_per_s":2500}' > train.json
roi-calc tco $all --set tokens-per-s=@train.json:/tokens_per_s --format text
roi-calc tco --gpus 8 --gpu-price 30000 --rate 0.08 --depreciation price-performance --format text
roi-calc tco --gpus 8 --gpu-price 30000 --rate 0.08 --depreciation declining-balance --rent-price 1 --format text
