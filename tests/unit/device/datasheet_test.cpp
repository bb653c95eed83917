// The makers' figures by the names that drivers give their devices.
#include "libcore/device/datasheet.h"

#include "tests/support/catch.hpp"

using daybreak::device::datasheet_flops;

TEST_CASE("a known device has its maker's peaks") {
  for (const char* name : {"NVIDIA A100-SXM4-80GB", "NVIDIA A100-PCIE-40GB (sm_80)"}) {
    CHECK(datasheet_flops(name, DAYBREAK_F32) == 19.5e12);
    CHECK(datasheet_flops(name, DAYBREAK_BF16) == 312e12);
    CHECK(datasheet_flops(name, DAYBREAK_F16) == 312e12);
    CHECK(datasheet_flops(name, DAYBREAK_F8_E4M3) == 0);  // it has none
  }
  CHECK(datasheet_flops("NVIDIA H100 80GB HBM3", DAYBREAK_BF16) == 989e12);
  CHECK(datasheet_flops("NVIDIA H100 80GB HBM3", DAYBREAK_F8_E5M2) == 1979e12);
  CHECK(datasheet_flops("NVIDIA H100 PCIe", DAYBREAK_BF16) == 756e12);
  CHECK(datasheet_flops("NVIDIA H200", DAYBREAK_BF16) == 989e12);
  CHECK(datasheet_flops("NVIDIA B200", DAYBREAK_F8_E4M3) == 4500e12);
}

TEST_CASE("another device, a variant that is slower, or a word that only looks like one has none") {
  for (const char* name : {"", "AMD EPYC (AVX2, 2 threads)", "NVIDIA H100 NVL", "NVIDIA H200 NVL", "NVIDIA H100", "NVIDIA GH200 480GB",
                           "NVIDIA GB200", "NVIDIA H2000", "NVIDIA RTX A1000"})
    for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F8_E4M3}) {
      INFO(name);
      CHECK(datasheet_flops(name, type) == 0);
    }
}
