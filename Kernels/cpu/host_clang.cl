// What the family uses beyond OpenCL where the compiler is clang for the very processor that the program runs on
// (HOST_CLANG, which is PoCL): its `vstore16` stores three parts, its `prefetch` nothing, and OpenCL has no word for
// registers of masks.

// Vectors of 16 at any address.
#define HOST_LOAD(T, V, SPACE)                                                                              \
  INLINE __attribute__((overloadable)) V load_vector(size_t i, SPACE const T *p) {                           \
    return *(SPACE const V##_anywhere *)(p + i * 16);                                                         \
  }
#define HOST_STORE(T, V, SPACE)                                                                               \
  INLINE __attribute__((overloadable)) void store_vector(V v, size_t i, SPACE T *p) {                        \
    *(SPACE V##_anywhere *)(p + i * 16) = v;                                                                  \
  }
#define HOST_VECTOR(T, V)                                                                                     \
  typedef T V##_anywhere __attribute__((ext_vector_type(16), aligned(1), may_alias));                          \
  HOST_LOAD(T, V, constant)                                                                                 \
  HOST_LOAD(T, V, global)                                                                                   \
  HOST_LOAD(T, V, local)                                                                                    \
  HOST_LOAD(T, V, private)                                                                                  \
  HOST_STORE(T, V, global)                                                                                    \
  HOST_STORE(T, V, local)                                                                                     \
  HOST_STORE(T, V, private)
HOST_VECTOR(float, float16)
HOST_VECTOR(int, int16)
HOST_VECTOR(uint, uint16)
HOST_VECTOR(uchar, uchar16)
#undef vload16
#undef vstore16
#define vload16 load_vector
#define vstore16 store_vector

// The cast keeps the type checker from asking which memory is meant.
#undef prefetch
#define prefetch(p, count) __builtin_prefetch((const void *)(size_t)(p))

#if defined(__AVX512F__) && (!defined(VECTOR_REGISTERS) || VECTOR_REGISTERS >= 32)
#define MASK_REGISTERS
#endif
