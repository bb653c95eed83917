#pragma once
// The only place that includes Catch. Version 2 is what Debian 12 packages.
#include <catch2/catch.hpp>
