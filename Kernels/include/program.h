// The encoding of a map program, shared by the host that writes it and the kernels that run it.
//
// A program is a run of 32-bit words: the header; the extents of the iteration space, outermost first; the
// operands, loaded into registers 0, 1, ... in order; the results; the instructions.
//
//   operand      element, pointer, offset, stride[rank]
//   result       element, pointer, register, offset, stride[rank]
//   instruction  opcode, destination register, a, b, c
//
// Offsets and strides count elements. `pointer` is the index of a buffer argument: sources and
// destinations are numbered apart. A register holds MAP_BLOCK 32-bit lanes: float, int, or bool as 0 and 1.
// In a reduction the first PROGRAM_KEPT extents are kept and the others are folded; a result's strides
// over folded extents are 0.
#pragma once

#define PROGRAM_RANK 0          // extents, 1 ... MAP_RANK
#define PROGRAM_OPERANDS 1      // operands, 0 ... MAP_REGISTERS
#define PROGRAM_RESULTS 2       // results, 1 ... MAP_RESULTS
#define PROGRAM_INSTRUCTIONS 3  // instructions, 0 or more
#define PROGRAM_COUNT 4         // product of the extents
#define PROGRAM_KEPT 5          // reductions: leading extents that are kept
#define PROGRAM_FOLD 6          // reductions: FOLD_...
#define PROGRAM_FOLD_ELEMENT 7  // reductions: how the folded lanes are read, ELEMENT_FLOAT32 or ELEMENT_INT32
#define PROGRAM_HEADER 8        // words before the extents

#define MAP_RANK 8
#define MAP_REGISTERS 16
#define MAP_BLOCK 256
#define MAP_SOURCES 8
#define MAP_RESULTS 4
#define MAP_CHUNK 4096  // elements a work-item of `map` covers

#define ELEMENT_FLOAT32 0
#define ELEMENT_INT32 1
#define ELEMENT_UINT8 2
#define ELEMENT_BOOL 3   // one byte, 0 or 1
#define ELEMENT_BIT 4    // one bit, little-endian within bytes; results are dense and start at element 0
#define ELEMENT_INDEX 5  // no memory: the value is offset + sum of stride * coordinate

#define FOLD_SUM 0
#define FOLD_MAX 1     // NaN if any element is NaN
#define FOLD_MIN 2
#define FOLD_ARGMAX 3  // the first largest; NaN counts as largest; the linear index over the folded extents
#define FOLD_ARGMIN 4

// Opcodes. F works on float lanes, I on int lanes; comparisons and logic give 0 or 1.
#define OP_CONSTANT 0  // every lane = the bits in word a
#define OP_COPY 1
#define OP_ADD_F 2
#define OP_SUB_F 3
#define OP_MUL_F 4
#define OP_DIV_F 5
#define OP_MIN_F 6  // NaN if either is NaN
#define OP_MAX_F 7
#define OP_POW_F 8
#define OP_NEG_F 9
#define OP_ABS_F 10
#define OP_SIGN_F 11  // -1, 0, 1; 0 for either zero; NaN for NaN
#define OP_EXP_F 12
#define OP_LOG_F 13
#define OP_SQRT_F 14
#define OP_RSQRT_F 15
#define OP_TANH_F 16
#define OP_SIGMOID_F 17
#define OP_ERF_F 18
#define OP_SIN_F 19
#define OP_COS_F 20
#define OP_FLOOR_F 21
#define OP_CEIL_F 22
#define OP_ROUND_F 23  // half to even
#define OP_RELU_F 24   // 0 where the value is at most 0; NaN passes
#define OP_EQ_F 25
#define OP_LT_F 26
#define OP_LE_F 27
#define OP_ADD_I 28  // wraps
#define OP_SUB_I 29
#define OP_MUL_I 30
#define OP_DIV_I 31  // toward zero; 0 where the divisor is 0
#define OP_REM_I 32  // sign of the dividend; 0 where the divisor is 0
#define OP_MIN_I 33
#define OP_MAX_I 34
#define OP_NEG_I 35
#define OP_ABS_I 36
#define OP_SIGN_I 37
#define OP_EQ_I 38
#define OP_LT_I 39
#define OP_LE_I 40
#define OP_AND 41  // bitwise on int lanes, so logical on bools
#define OP_OR 42
#define OP_XOR 43
#define OP_NOT 44          // 1 - a, on bools
#define OP_SHIFT_LEFT 45   // by b, 0 ... 31
#define OP_SHIFT_RIGHT 46  // logical
#define OP_SELECT 47       // a != 0 ? b : c
#define OP_FLOAT_OF_INT 48
#define OP_INT_OF_FLOAT 49  // toward zero; saturates; NaN gives 0
#define OP_UINT8_OF_INT 50  // the low eight bits
#define OP_BOOL_OF_INT 51   // a != 0
#define OP_BOOL_OF_FLOAT 52
#define OP_FMA_F 53          // a * b + c, rounded once
#define OP_PHILOX 54  // word (counter 0 & 3) of Philox4x32-10; a: first of six consecutive registers
                      // counter 0 ... 3, key 0 and 1; the block counter is (counter 0 >> 2, counter 1, 2, 3)
#define OP_TAN_F 55
#define OP_ASIN_F 56
#define OP_ACOS_F 57
#define OP_ATAN_F 58
#define OP_SINH_F 59
#define OP_COSH_F 60
#define OP_ASINH_F 61
#define OP_ACOSH_F 62
#define OP_ATANH_F 63
#define OPCODE_COUNT 64
