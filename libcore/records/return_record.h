#pragma once
// The record of roi-calc.
namespace daybreak::records {

inline constexpr const char* kReturnSchema = "daybreak.return/1";

}  // namespace daybreak::records
