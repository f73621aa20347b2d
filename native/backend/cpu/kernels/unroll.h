#pragma once

/// Before a loop over the sums of a tile: all of them are unrolled, or the compiler keeps the sums in memory.
#define LW_UNROLL _Pragma("GCC unroll 16")
