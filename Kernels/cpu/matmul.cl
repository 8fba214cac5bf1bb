// Batched matrix products: C[b, m, n] = epilogue(sum over k of A[b, m, k] * B[b, k, n]).
//
// Every element of C is one chain of fma() that starts at 0 and takes k in increasing order, whatever tile
// computes it, so its bits depend on its row of A, its column of B and the extent of k alone.
//
// A has any strides, in elements; a batch stride of 0 shares a matrix. C and the residual share strides and
// have contiguous rows. B comes in one of two ways:
//   matmul         any strides; each work-item copies the part that it needs to scratch, fastest where
//                  bColumn is 1
//   matmul_packed  as panels written by pack_matmul, for a B that is used often, as weights are
//
// Packed layout: a batch entry has k * 16 * ceil(n / 16) floats. The panel of columns 64p ..< 64p + 64 starts
// at 64 * p * k and holds k rows; a row has 64 floats, or in the last panel 16 * ceil((n - 64p) / 16), those
// past column n being 0.
//
// A work-item covers itemRows (1 ... 48) rows of one batch entry and one panel: there are
//   batch * ceil(n / 64) * ceil(m / itemRows)
// items, row blocks innermost so that neighbours read the same panel. The bits do not depend on itemRows;
// 48 is fastest where that gives work to every thread, else multiples of 12.
// Scratch: matmul_packed 12288 bytes, matmul 45056 bytes.
#ifndef VECTOR_REGISTERS
#define VECTOR_REGISTERS 32
#endif

#define MATMUL_PANEL 64   // columns of a panel, the same in every build since packed panels outlive it
#define MATMUL_DEPTH 128  // rows of a panel at a time: 32 KB, which the first-level cache holds
#define MATMUL_ROWS 48    // the most rows of a work-item; every tile's height divides it

// Where a work-item's part of C lies.
typedef struct {
  long batch;
  int row, rows, column, columns, vectors;
} matmul_part;

INLINE matmul_part matmul_part_of_item(long item, int m, int n, int itemRows) {
  const int blocks = (m + itemRows - 1) / itemRows, panels = (n + MATMUL_PANEL - 1) / MATMUL_PANEL;
  matmul_part part;
  part.row = (int)(item % blocks) * itemRows;
  part.rows = min(itemRows, m - part.row);
  part.column = (int)(item / blocks % panels) * MATMUL_PANEL;
  part.columns = min(MATMUL_PANEL, n - part.column);
  part.vectors = (part.columns + LANES - 1) / LANES;
  part.batch = item / blocks / panels;
  return part;
}

// sums[r][v] = fma chain over `depth` columns of A, continued from sums unless `fresh`. Rows past the last
// repeat it: their sums are never read. Defined for panels in global and in local memory.
#define MATMUL_TILE(FROM, SPACE, R, V)                                                                      \
  TILE void matmul_tile_##FROM##_##R##x##V(                                                               \
      global const float *a, long aRow, long aColumn, SPACE const float *b, long bRow, local float *sums,   \
      int rows, int depth, int fresh) {                                                                     \
    global const float *row[R];                                                                             \
    float16 sum[R][V];                                                                                      \
    _Pragma("unroll") for (int r = 0; r < R; r++) {                                                         \
      row[r] = a + (r < rows ? r : rows - 1) * aRow;                                                        \
      _Pragma("unroll") for (int v = 0; v < V; v++)                                                         \
        sum[r][v] = fresh ? (float16)(0.0f) : vload16(v, sums + r * MATMUL_PANEL);                          \
    }                                                                                                       \
    long column = 0;                                                                                        \
    for (int i = 0; i < depth; i++) {                                                                       \
      float16 w[V];                                                                                         \
      _Pragma("unroll") for (int v = 0; v < V; v++) w[v] = vload16(v, b);                                   \
      _Pragma("unroll") for (int r = 0; r < R; r++) {                                                       \
        const float16 x = (float16)(row[r][column]);                                                        \
        _Pragma("unroll") for (int v = 0; v < V; v++) sum[r][v] = fma(x, w[v], sum[r][v]);                  \
      }                                                                                                     \
      b += bRow;                                                                                            \
      column += aColumn;                                                                                    \
    }                                                                                                       \
    _Pragma("unroll") for (int r = 0; r < R; r++)                                                           \
      _Pragma("unroll") for (int v = 0; v < V; v++) vstore16(sum[r][v], v, sums + r * MATMUL_PANEL);        \
  }

#define MATMUL_STRIPE(FROM, R, V, FIRST)                                                                    \
  for (int r = 0; r < rows; r += R)                                                                         \
    matmul_tile_##FROM##_##R##x##V(a + r * aRow, aRow, aColumn, b + (FIRST), LANES * vectors,               \
                                    sums + r * MATMUL_PANEL + (FIRST), rows - r, depth, fresh);

#define MATMUL_BLOCK_HEAD(FROM, SPACE)                                                                      \
  INLINE void matmul_block_##FROM(                                                                          \
      global const float *a, long aRow, long aColumn, SPACE const float *b, local float *sums, int rows,    \
      int depth, int vectors, int fresh)

// All rows of a work-item times `depth` rows of a panel; tiles as large as the registers hold.
#if VECTOR_REGISTERS >= 32
#define MATMUL_BLOCK(FROM, SPACE)                                                                           \
  MATMUL_TILE(FROM, SPACE, 2, 4)                                                                            \
  MATMUL_TILE(FROM, SPACE, 6, 4)                                                                            \
  MATMUL_TILE(FROM, SPACE, 8, 3)                                                                            \
  MATMUL_TILE(FROM, SPACE, 12, 2)                                                                           \
  MATMUL_TILE(FROM, SPACE, 12, 1)                                                                           \
  MATMUL_BLOCK_HEAD(FROM, SPACE) {                                                                          \
    if (vectors == 4 && rows <= 2) {                                                                        \
      MATMUL_STRIPE(FROM, 2, 4, 0)                                                                          \
    } else if (vectors == 4) {                                                                              \
      MATMUL_STRIPE(FROM, 6, 4, 0)                                                                          \
    } else if (vectors == 3) {                                                                              \
      MATMUL_STRIPE(FROM, 8, 3, 0)                                                                          \
    } else if (vectors == 2) {                                                                              \
      MATMUL_STRIPE(FROM, 12, 2, 0)                                                                         \
    } else {                                                                                                \
      MATMUL_STRIPE(FROM, 12, 1, 0)                                                                         \
    }                                                                                                       \
  }
#else
#define MATMUL_BLOCK(FROM, SPACE)                                                                           \
  MATMUL_TILE(FROM, SPACE, 6, 1)                                                                            \
  MATMUL_BLOCK_HEAD(FROM, SPACE) {                                                                          \
    for (int v = 0; v < vectors; v++) {                                                                     \
      MATMUL_STRIPE(FROM, 6, 1, LANES * v)                                                                  \
    }                                                                                                       \
  }
#endif

MATMUL_BLOCK(packed, global)
MATMUL_BLOCK(copied, local)

// Finishes the sums of a work-item and stores them. `c`, `residual` and `bias` point at its first column.
INLINE void matmul_finish(
    local const float *sums, global const float *bias, global const float *residual,
    global const ushort *maskIn, global ushort *maskOut, global float *c, matmul_part part, int m, int n,
    int cRow, int flags, int maskRows) {
  for (int r = 0; r < part.rows; r++) {
    const long row = part.batch * m + part.row + r, vectorsInRow = n / LANES;
    const long outAt = row * vectorsInRow + part.column / LANES;
    const long inAt = flags & EPILOGUE_MASK_IN ? row % maskRows * vectorsInRow + part.column / LANES : 0;
    for (int v = 0; v < part.vectors; v++) {
      const int count = part.columns - LANES * v;
      const long at = (long)r * cRow + LANES * v;
      float16 value = vload16(v, sums + r * MATMUL_PANEL);
      if (flags & EPILOGUE_BIAS) value += load_lanes(bias + LANES * v, count);
      if (flags & EPILOGUE_RESIDUAL) value += load_lanes(residual + at, count);
      if (flags & EPILOGUE_RELU) value = relu16(value);
      if (flags & EPILOGUE_MASK_OUT) maskOut[outAt + v] = positive_bits(value);
      if (flags & EPILOGUE_MASK_IN) value = keep_bits(value, maskIn[inAt + v]);
      store_lanes(value, c + at, count);
    }
  }
}

// Sixteen elements of B whose columns are contiguous, as a square of the panel.
#define MATMUL_TURN(NAME, SPACE)                                                                            \
  INLINE void NAME(global const float *b, long bColumn, SPACE float *panel, int width) {                    \
    const float4 p = vload4(0, b), q = vload4(0, b + bColumn);                                              \
    const float4 r = vload4(0, b + 2 * bColumn), s = vload4(0, b + 3 * bColumn);                            \
    float4 x, y, z, w;                                                                                      \
    x.x = p.x, x.y = q.x, x.z = r.x, x.w = s.x;                                                             \
    y.x = p.y, y.y = q.y, y.z = r.y, y.w = s.y;                                                             \
    z.x = p.z, z.y = q.z, z.z = r.z, z.w = s.z;                                                             \
    w.x = p.w, w.y = q.w, w.z = r.w, w.w = s.w;                                                             \
    vstore4(x, 0, panel);                                                                                   \
    vstore4(y, 0, panel + width);                                                                           \
    vstore4(z, 0, panel + 2 * width);                                                                       \
    vstore4(w, 0, panel + 3 * width);                                                                       \
  }

// Copies a block of B to a panel, rows of 16 * ceil(columns / 16) floats, 0 past the last column: a row at a
// time where rows are contiguous, squares where columns are, else element by element.
#define MATMUL_COPY(NAME, SPACE)                                                                            \
  MATMUL_TURN(NAME##_turned, SPACE)                                                                         \
  INLINE void NAME##_rows(global const float *b, long bRow, SPACE float *panel, int depth, int columns) {   \
    const int width = (columns + LANES - 1) / LANES * LANES, whole = columns / LANES * LANES;               \
    for (int i = 0; i < depth; i++, panel += width, b += bRow) {                                            \
      for (int j = 0; j < whole; j += LANES) vstore16(vload16(0, b + j), 0, panel + j);                     \
      if (whole < width) vstore16((float16)(0.0f), 0, panel + whole);                                       \
      for (int j = whole; j < columns; j++) panel[j] = b[j];                                                \
    }                                                                                                       \
  }                                                                                                         \
  INLINE void NAME(                                                                                         \
      global const float *b, long bRow, long bColumn, SPACE float *panel, int depth, int columns) {         \
    const int width = (columns + LANES - 1) / LANES * LANES;                                                \
    if (bColumn == 1) {                                                                                     \
      NAME##_rows(b, bRow, panel, depth, columns);                                                          \
      return;                                                                                               \
    }                                                                                                       \
    for (int j = 0; j < width; j += 4) {                                                                    \
      int i = 0;                                                                                            \
      for (; bRow == 1 && j + 4 <= columns && i + 4 <= depth; i += 4)                                       \
        NAME##_turned(b + j * bColumn + i, bColumn, panel + i * width + j, width);                          \
      for (; i < depth; i++)                                                                                \
        for (int l = j; l < j + 4; l++)                                                                     \
          panel[i * width + l] = l < columns ? b[i * bRow + l * bColumn] : 0.0f;                            \
    }                                                                                                       \
  }

MATMUL_COPY(matmul_pack, global)
MATMUL_COPY(matmul_copy, local)

// Writes the packed layout of B, of any strides.
//
// A work-item covers 128 rows of one panel: batch * ceil(n / 64) * ceil(k / 128) items.
//
// bBatch, bRow, bColumn  strides of B over b, k, n
// n, k                   extents of B
kernel void pack_matmul(
    global const float *restrict b, global float *restrict packed, int bBatch, int bRow, int bColumn, int n,
    int k) {
  const long item = (long)get_global_id(0);
  const int blocks = (k + MATMUL_DEPTH - 1) / MATMUL_DEPTH, panels = (n + MATMUL_PANEL - 1) / MATMUL_PANEL;
  const int begin = (int)(item % blocks) * MATMUL_DEPTH;
  const int column = (int)(item / blocks % panels) * MATMUL_PANEL;
  const long batch = item / blocks / panels, width = (n + LANES - 1) / LANES * LANES;
  const int columns = min(MATMUL_PANEL, n - column), panelWidth = (columns + LANES - 1) / LANES * LANES;
  matmul_pack(b + batch * bBatch + (long)begin * bRow + (long)column * bColumn, bRow, bColumn,
                     packed + batch * width * k + (long)column * k + (long)begin * panelWidth,
                     min(MATMUL_DEPTH, k - begin), columns);
}

// The product with B of any strides.
//
// bias      [n]
// residual  of C's strides; may be C itself
// maskIn    one ushort per 16 elements of a dense [maskRows, n]; row b * m + row reads row modulo maskRows
// maskOut   one ushort per 16 elements of the dense result; masks need n to be a multiple of 16
// m, n, k   extents
// a..., b..., c...  strides over b, then over rows, then over columns
// flags     EPILOGUE_...; pointers that no flag asks for are not read
kernel void matmul(
    global const float *restrict a, global const float *restrict b, global const float *restrict bias,
    global const float *residual, global const ushort *restrict maskIn, global ushort *restrict maskOut,
    global float *c, local float *restrict scratch, int m, int n, int k, int aBatch, int aRow, int aColumn,
    int bBatch, int bRow, int bColumn, int cBatch, int cRow, int flags, int maskRows, int itemRows) {
  const matmul_part part = matmul_part_of_item((long)get_global_id(0), m, n, itemRows);
  local float *panel = scratch + MATMUL_ROWS * MATMUL_PANEL;
  a += part.batch * aBatch + (long)part.row * aRow;
  b += part.batch * bBatch + (long)part.column * bColumn;
  for (int begin = 0; begin == 0 || begin < k; begin += MATMUL_DEPTH) {
    const int depth = min(MATMUL_DEPTH, k - begin);
    matmul_copy(b + (long)begin * bRow, bRow, bColumn, panel, depth, part.columns);
    matmul_block_copied(a + (long)begin * aColumn, aRow, aColumn, panel, scratch, part.rows, depth,
                       part.vectors, begin == 0);
  }
  const long at = part.batch * cBatch + (long)part.row * cRow + part.column;
  matmul_finish(scratch, bias + part.column, residual + at, maskIn, maskOut, c + at, part, m, n, cRow, flags,
                maskRows);
}

// The product with packed B; `bBatch` is 0 for a shared B, else k * 16 * ceil(n / 16). The rest as in matmul.
kernel void matmul_packed(
    global const float *restrict a, global const float *restrict b, global const float *restrict bias,
    global const float *residual, global const ushort *restrict maskIn, global ushort *restrict maskOut,
    global float *c, local float *restrict scratch, int m, int n, int k, int aBatch, int aRow, int aColumn,
    int bBatch, int cBatch, int cRow, int flags, int maskRows, int itemRows) {
  const matmul_part part = matmul_part_of_item((long)get_global_id(0), m, n, itemRows);
  a += part.batch * aBatch + (long)part.row * aRow;
  b += part.batch * bBatch + (long)part.column * k;
  for (int begin = 0; begin == 0 || begin < k; begin += MATMUL_DEPTH)
    matmul_block_packed(a + (long)begin * aColumn, aRow, aColumn, b + (long)begin * LANES * part.vectors,
                        scratch, part.rows, min(MATMUL_DEPTH, k - begin), part.vectors, begin == 0);
  const long at = part.batch * cBatch + (long)part.row * cRow + part.column;
  matmul_finish(scratch, bias + part.column, residual + at, maskIn, maskOut, c + at, part, m, n, cRow, flags,
                maskRows);
}

#ifdef TREMOR_HOST
HOST_KERNEL(pack_matmul, p[0], p[1], i[0], i[1], i[2], i[3], i[4])
HOST_KERNEL(matmul, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1], i[2], i[3], i[4], i[5],
            i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13])
HOST_KERNEL(matmul_packed, p[0], p[1], p[2], p[3], p[4], p[5], p[6], scratch, i[0], i[1], i[2], i[3], i[4],
            i[5], i[6], i[7], i[8], i[9], i[10], i[11])
#endif
