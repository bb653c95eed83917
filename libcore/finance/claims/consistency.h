#pragma once
// Do the numbers of a claim fit together?
#include <optional>

namespace daybreak::finance {

/// Amdahl: a part of the time becomes `ratio` times as fast. The speedup of the whole where the part is `share` of the time,
/// 1 / (1 - share + share / ratio). share from 0 to 1, ratio > 0, or Error (usage).
double amdahl_speedup(double share, double ratio);

/// What no ratio exceeds, 1 / (1 - share); infinite for the share 1.
double amdahl_ceiling(double share);

/// The share that a speedup needs, (1 - 1 / speedup) / (1 - 1 / ratio); nothing where no share from 0 to 1 does. Both > 0, or Error
/// (usage).
std::optional<double> amdahl_share(double speedup, double ratio);

/// Cost of a unit of work, over what it was: hardware, which is `share` of all costs, costs more by `premium`, and all is done
/// `speedup` times as fast: (1 + premium * share) / speedup. share from 0 to 1, premium > -1, speedup > 0, or Error (usage).
double cost_per_work(double premium, double share, double speedup);

/// The investment in millions at which the literal formula gives this multiple; nothing where none below the kink does.
std::optional<double> investment_of_multiple(double multiple, double growth);

}  // namespace daybreak::finance
