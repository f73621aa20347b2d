#include <cstdlib>

#include "backend/cuda/doors.h"
#include "backend/cuda/map.h"
#include "backend/cuda/operand.h"

namespace lw::cuda {
namespace {

template <typename T>
struct Same {
  template <class Body>
  LW_HD void with(const Body& body) const {
    body(*this);
  }
  LW_HD T operator()(T x) const { return x; }
};

constexpr int kTile = 1024, kSide = 32;
/// Less than this stays in the cache of one multiprocessor and needs no tile.
constexpr int64_t kSmallMatrix = 512;

/// Rows are neighbours in x, columns are neighbours in y: tiles go through shared memory, so that
/// neighbouring threads read and write neighbours.
template <typename T>
struct Transpose {
  static constexpr int kThreads = 256, kEach = kTile / kThreads;
  /// Rows of an odd number of elements: a column lies in as many banks as it has elements.
  struct Shared {
    T tile[kTile + kTile / 2];
  };
  struct State {
    T x[kEach];
  };
  const T* x;
  T* y;
  int64_t rows, columns, xStride, yStride;  ///< from column to column of x, from row to row of y
  Divisor tileRows, tileColumns, rowTiles, columnTiles;
  Strided<2> matrices;  ///< where they begin in x and y

  template <class Block>
  LW_HD void operator()(Block& block) const {
    const uint32_t id = static_cast<uint32_t>(block.x());
    const uint32_t line = columnTiles.quotient(id), matrix = rowTiles.quotient(line);
    const int64_t row = int64_t{rowTiles.rest(line, matrix)} * tileRows.divisor();
    const int64_t column = int64_t{columnTiles.rest(id, line)} * tileColumns.divisor();
    const Offsets<2> at = matrices.at(matrix);
    const uint32_t size = tileRows.divisor() * tileColumns.divisor(), pitch = tileColumns.divisor() | 1;
    const T* from = x + at.v[0] + column * xStride + row;
    T* to = y + at.v[1] + row * yStride + column;
    const int64_t rowsLeft = rows - row, columnsLeft = columns - column;

    block.each([&](int thread, State& state) {
      LW_UNROLL_LOOP for (int k = 0; k < kEach; ++k) {
        const uint32_t i = static_cast<uint32_t>(thread + k * kThreads);
        const uint32_t c = tileRows.quotient(i), r = tileRows.rest(i, c);
        if (i < size && r < rowsLeft && c < columnsLeft) state.x[k] = from[c * xStride + r];
      }
      LW_UNROLL_LOOP for (int k = 0; k < kEach; ++k) {
        const uint32_t i = static_cast<uint32_t>(thread + k * kThreads);
        const uint32_t c = tileRows.quotient(i), r = tileRows.rest(i, c);
        if (i < size && r < rowsLeft && c < columnsLeft) block.shared().tile[r * pitch + c] = state.x[k];
      }
    });
    block.sync();
    block.each([&](int thread, State&) {
      LW_UNROLL_LOOP for (int k = 0; k < kEach; ++k) {
        const uint32_t i = static_cast<uint32_t>(thread + k * kThreads);
        const uint32_t r = tileColumns.quotient(i), c = tileColumns.rest(i, r);
        if (i < size && r < rowsLeft && c < columnsLeft)
          to[r * yStride + c] = block.shared().tile[r * pitch + c];
      }
    });
  }
};

/// The extent of a tile, given those of the matrix along it and across.
int64_t tileExtent(int64_t along, int64_t across) {
  if (across >= kSide) return std::min<int64_t>(along, kSide);
  const int64_t most = kTile / across;
  return std::min(along, most >= kSide ? most / kSide * kSide : most);
}

class Copy : public Prepared {
 public:
  Copy(const Op& op, const PrepareContext& context)
      : p_(op.as<CopyParams>()), dtype_(op.out[0].dtype), x_(context, 0) {}
  void run(RunContext& queue, const View* in, const View* out) const override {
    const int64_t bytes = static_cast<int64_t>(sizeOf(dtype_));
    const std::byte* x = x_.get<std::byte>(in) + p_.offset * bytes;
    std::byte* y = out[0].as<std::byte>();
    const Dims& dims = out[0].dims;
    const Dims own = dims.strides();
    Walk<2> walk;  // x, y
    for (int i = 0; i < dims.rank(); ++i) walk.push(dims[i], {p_.strides[i], own[i]});
    const int64_t count = walk.box().count();
    if (count == 0) return;
    const int last = walk.rank - 1;
    const int64_t inner = last < 0 ? 1 : walk.strides[last][0];
    if (last <= 0 && inner == 1) return queueOf(queue).copy(y, x, static_cast<size_t>(count * bytes));
    if (inner == 1) return copyRuns(queue, walk, bytes, x, y);
    const auto move = [&]<typename T>(T) {
      const int unit = transposed(walk);
      const T* from = reinterpret_cast<const T*>(x);
      T* to = reinterpret_cast<T*>(y);
      if (unit >= 0)
        transpose(queue, walk, unit, from, to);
      else
        map(queue, Same<T>{}, ofX(walk), to, from);
    };
    if (dtype_ == DType::kBfloat16)
      move(uint16_t{});
    else
      bySize(dtype_, move);
  }
  const char* algorithm() const override { return "strided"; }

 private:
  static Walk<1> ofX(const Walk<2>& walk) {
    Walk<1> result;
    result.rank = walk.rank;
    std::copy_n(walk.dims, walk.rank, result.dims);
    for (int i = 0; i < walk.rank; ++i) result.strides[i][0] = walk.strides[i][0];
    return result;
  }

  /// Neighbours stay neighbours: they move in units of several elements.
  void copyRuns(RunContext& queue, const Walk<2>& walk, int64_t bytes, const std::byte* x,
                std::byte* y) const {
    const int last = walk.rank - 1;
    int64_t unit = unitOf({walk.dims[last] * bytes, address(x), address(y)});
    for (int i = 0; i < last; ++i) unit = unitOf({unit, walk.strides[i][0] * bytes});
    Walk<1> units = ofX(walk);
    units.dims[last] = walk.dims[last] * bytes / unit;
    for (int i = 0; i < last; ++i) units.strides[i][0] = walk.strides[i][0] * bytes / unit;
    byUnit(unit, [&]<typename T>(T) {
      mapScattered(queue, Same<T>{}, units, reinterpret_cast<T*>(y), reinterpret_cast<const T*>(x));
    });
  }

  /// The dimension along which x has neighbours, where y has them along another one; -1 when there is none
  /// that is worth a tile.
  static int transposed(const Walk<2>& walk) {
    const int last = walk.rank - 1;
    if (last < 1 || walk.strides[last][0] == 0) return -1;
    for (int i = 0; i < last; ++i)
      if (walk.strides[i][0] == 1 && walk.dims[i] * walk.dims[last] >= kSmallMatrix) return i;
    return -1;
  }

  template <typename T>
  void transpose(RunContext& queue, const Walk<2>& walk, int unit, const T* x, T* y) const {
    const int last = walk.rank - 1;
    const int64_t rows = walk.dims[unit], columns = walk.dims[last];
    Walk<2> others;
    for (int i = 0; i < last; ++i)
      if (i != unit) others.push(walk.dims[i], {walk.strides[i][0], walk.strides[i][1]});
    const Box all = others.box();
    const Divisor tileRows(tileExtent(rows, columns)), tileColumns(tileExtent(columns, rows));
    const auto tiles = [](int64_t n, const Divisor& tile) {
      return (n + tile.divisor() - 1) / tile.divisor();
    };
    const int64_t rowTiles = tiles(rows, tileRows), columnTiles = tiles(columns, tileColumns);
    launch(queue,
           Transpose<T>{x, y, rows, columns, walk.strides[last][0], walk.strides[unit][1], tileRows,
                        tileColumns, Divisor(rowTiles), Divisor(columnTiles), Strided<2>(others, all)},
           Grid{all.count() * rowTiles * columnTiles});
  }

  CopyParams p_;
  DType dtype_;
  Operand x_;
};

}  // namespace

std::unique_ptr<Prepared> prepareCopy(const Op& op, const PrepareContext& context) {
  return std::make_unique<Copy>(op, context);
}

}  // namespace lw::cuda
