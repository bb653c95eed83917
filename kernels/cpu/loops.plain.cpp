#include "kernels/cpu/loops_table.h"
