#include "libcore/finance/flows/calendar.h"

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinRel;

namespace {

double years(const char* from, const char* to, const char* convention) {
  return years_between(*days_of(from), *days_of(to), day_count_of(convention));
}

}  // namespace

TEST_CASE("dates are those of the calendar, also before 1900") {
  CHECK(*days_of("1970-01-01") == 0);
  CHECK(*days_of("2000-02-29") == 11016);
  CHECK(*days_of("1899-12-30") == -25569);  // day 0 of spreadsheets
  CHECK(*days_of("1858-11-17") == -40587);  // the beginning of the modified Julian date
  CHECK(*days_of("1900-03-01") - *days_of("1900-02-28") == 1);
  for (const char* bad :
       {"1900-02-29", "2001-02-29", "2001-13-01", "2001-1-01", "01/02/2003", "", "2001-01-32", "2001-01-00", "20010101", "2001-01-01 "})
    CHECK_FALSE(days_of(bad));
}

TEST_CASE("a date that is none gets advice") {
  CHECK_THAT(date_hint("1900-02-29"), Contains("no leap year"));
  CHECK_THAT(date_hint("2024-01-31T00:00:00+02:00"), Contains("the date alone"));
  CHECK_THAT(date_hint("45292"), Contains("spreadsheet"));
  CHECK_THAT(date_hint("01/02/2003"), Contains("two meanings"));
  CHECK_THAT(date_hint("1.2.2003"), Contains("two meanings"));
  CHECK(date_hint("yesterday").empty());
}

// The examples of ISDA's memorandum on the actual/actual convention (1998, EMU and market conventions), and of the 2006 definitions.
TEST_CASE("years between dates, by convention") {
  CHECK_THAT(years("2003-11-01", "2004-05-01", "act/act"), WithinRel(61 / 365.0 + 121 / 366.0, 1e-15));
  CHECK_THAT(years("1999-02-01", "1999-07-01", "act/act"), WithinRel(150 / 365.0, 1e-15));
  CHECK_THAT(years("1999-07-01", "2000-07-01", "act/act"), WithinRel(184 / 365.0 + 182 / 366.0, 1e-15));
  CHECK_THAT(years("1999-07-01", "2002-07-01", "act/act"), WithinRel(184 / 365.0 + 1 + 1 + 181 / 365.0, 1e-15));
  CHECK_THAT(years("2003-11-01", "2004-05-01", "act/365"), WithinRel(182 / 365.0, 1e-15));
  CHECK_THAT(years("2003-11-01", "2004-05-01", "act/360"), WithinRel(182 / 360.0, 1e-15));
  CHECK_THAT(years("2007-01-15", "2007-07-15", "30/360"), WithinRel(0.5, 1e-15));
  CHECK_THAT(years("2007-09-30", "2008-03-31", "30/360"), WithinRel(0.5, 1e-15));   // the 31st becomes the 30th after a 30th
  CHECK_THAT(years("2007-09-29", "2007-10-31", "30/360"), WithinRel(32 / 360.0, 1e-15));   // and stays after a 29th
  CHECK_THAT(years("2007-09-29", "2007-10-31", "30E/360"), WithinRel(31 / 360.0, 1e-15));  // but not in Europe
  CHECK_THAT(years("2008-01-31", "2008-02-29", "30/360"), WithinRel(29 / 360.0, 1e-15));
  CHECK_THAT(years("2008-02-29", "2009-02-28", "30E/360"), WithinRel(359 / 360.0, 1e-15));
  for (const std::string& name : day_count_names()) CHECK(years("2008-02-29", "2008-02-29", name.c_str()) == 0);
  CHECK_THROWS_AS(day_count_of("act/366"), Error);
}
