#include "libcore/dataset/agreement.h"

#include "tests/support/catch.hpp"

using namespace daybreak::dataset;

TEST_CASE("Cohen's kappa of tables worked out by hand") {
  // p_o = 35/50, p_e = (25*30 + 25*20)/2500 = 0.5.
  CHECK(*cohen_kappa({{{1, 1}, 20}, {{1, 0}, 5}, {{0, 1}, 10}, {{0, 0}, 15}}) == Approx(0.4).epsilon(1e-12));
  // Never agreeing on two balanced classes: p_o = 0, p_e = 0.5.
  CHECK(*cohen_kappa({{{0, 1}, 8}, {{1, 0}, 8}}) == Approx(-1));
  // Independent: p_o = p_e = 0.5.
  CHECK(*cohen_kappa({{{0, 0}, 4}, {{0, 1}, 4}, {{1, 0}, 4}, {{1, 1}, 4}}) == Approx(0).margin(1e-12));
  CHECK(*cohen_kappa({{{0, 0}, 3}, {{1, 1}, 5}, {{2, 2}, 1}}) == Approx(1));
  CHECK(!cohen_kappa({{{7, 7}, 12}}));  // chance explains all
  CHECK(!cohen_kappa({}));
}

TEST_CASE("The rules choose as they say") {
  // Owner 0 says 5 and later 6, owners 1 and 2 say 6.
  const std::vector<Occurrence> same{{0, 3, 0, 5}, {0, 9, 0, 6}, {0, 1, 1, 6}, {0, 4, 2, 6}};
  CHECK(representative(same, LabelRule::first).label == 5);
  const Occurrence majority = representative(same, LabelRule::majority);
  CHECK(majority.label == 6);
  CHECK((majority.owner == 0 && majority.sample == 9));  // the first that has the label
  // A tie goes to the first owner; an owner who repeats itself has one vote.
  CHECK(representative(std::vector<Occurrence>{{0, 0, 0, 1}, {0, 0, 1, 2}, {0, 1, 1, 2}}, LabelRule::majority).label ==
        1);
}

TEST_CASE("Agreement counts contents that are shared, pairs, and conflicts within one owner") {
  const std::vector<Occurrence> all{{0, 0, 0, 1}, {0, 0, 1, 1},                // agreed by 0 and 1
                                    {1, 1, 0, 1}, {1, 1, 1, 2}, {1, 0, 2, 2},  // 0 against 1 and 2
                                    {2, 2, 0, 1}, {2, 3, 0, 2},                // one owner against itself
                                    {3, 4, 0, 1}};
  const Agreement found = measure_agreement(all);
  CHECK(found.shared == 2);
  CHECK(found.agreed == 1);
  CHECK(found.conflicting == 2);
  REQUIRE(found.pairs.size() == 3);
  CHECK((found.pairs[0].first == 0 && found.pairs[0].second == 1 && found.pairs[0].shared == 2 &&
         found.pairs[0].agreed == 1));
  CHECK((found.pairs[1].second == 2 && found.pairs[1].shared == 1 && found.pairs[1].agreed == 0));
  CHECK((found.pairs[2].first == 1 && found.pairs[2].shared == 1 && found.pairs[2].agreed == 1));
}
