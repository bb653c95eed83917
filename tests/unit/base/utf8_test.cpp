// UTF-8 against Unicode's table 3-7 of well-formed byte sequences.
#include "libcore/base/utf8.h"

#include "libcore/base/hex.h"
#include "tests/support/catch.hpp"

using namespace daybreak;

TEST_CASE("Sequences at the edges of what is well-formed are read, and those just outside are not") {
  for (const char* good : {"\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    const std::string text(good);
    INFO(text);
    const CodePoint point = code_point_at(text, 0);
    CHECK(point.length == text.size());
    CHECK(is_utf8(text + text));
    if (text.size() > 1) CHECK(utf8_prefix(text + text.substr(0, text.size() - 1)) == text.size());
    std::string back;
    append_utf8(back, point.value);
    CHECK(back == text);
  }
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe0\xa0", "\xf0\x90\x80", "\xc2\x41"}) {
    CHECK(code_point_at(bad, 0).value == kStrayByte);
    CHECK(code_point_at(bad, 0).length == 1);
    CHECK(utf8_prefix(std::string("ab") + bad) == 2);
  }
  CHECK(code_point_at("\xe2\x82\xac", 0).value == 0x20ac);
  CHECK(is_utf8(""));
}

TEST_CASE("64 bits are 16 digits") {
  CHECK(hex64(0) == "0000000000000000");
  CHECK(hex64(0x0123456789abcdef) == "0123456789abcdef");
  CHECK(hex64(~std::uint64_t{0}) == "ffffffffffffffff");
}
