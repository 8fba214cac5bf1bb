// The built-in functions of OpenCL C that the GPU family uses, as an NVIDIA driver inlines them: for
// assembling the kernels without one. Functions missing here show as unresolved calls.
#define BUILTIN __attribute__((overloadable, always_inline))

size_t BUILTIN get_local_id(uint axis) {
  return axis == 0 ? __nvvm_read_ptx_sreg_tid_x()
                   : axis == 1 ? __nvvm_read_ptx_sreg_tid_y() : __nvvm_read_ptx_sreg_tid_z();
}
size_t BUILTIN get_group_id(uint axis) {
  return axis == 0 ? __nvvm_read_ptx_sreg_ctaid_x()
                   : axis == 1 ? __nvvm_read_ptx_sreg_ctaid_y() : __nvvm_read_ptx_sreg_ctaid_z();
}
size_t BUILTIN get_local_size(uint axis) {
  return axis == 0 ? __nvvm_read_ptx_sreg_ntid_x()
                   : axis == 1 ? __nvvm_read_ptx_sreg_ntid_y() : __nvvm_read_ptx_sreg_ntid_z();
}
size_t BUILTIN get_num_groups(uint axis) {
  return axis == 0 ? __nvvm_read_ptx_sreg_nctaid_x()
                   : axis == 1 ? __nvvm_read_ptx_sreg_nctaid_y() : __nvvm_read_ptx_sreg_nctaid_z();
}
size_t BUILTIN get_global_id(uint axis) {
  return get_group_id(axis) * get_local_size(axis) + get_local_id(axis);
}
void BUILTIN barrier(cl_mem_fence_flags flags) { __syncthreads(); }
float BUILTIN fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
float BUILTIN sqrt(float v) { return __nvvm_sqrt_rn_f(v); }
float BUILTIN floor(float v) { return __builtin_floorf(v); }
float BUILTIN ceil(float v) { return __builtin_ceilf(v); }
float BUILTIN rint(float v) { return __builtin_rintf(v); }
float BUILTIN fabs(float v) { return __builtin_fabsf(v); }
float BUILTIN copysign(float v, float sign) { return __builtin_copysignf(v, sign); }
int BUILTIN max(int a, int b) { return a > b ? a : b; }
int BUILTIN min(int a, int b) { return a < b ? a : b; }
long BUILTIN max(long a, long b) { return a > b ? a : b; }
long BUILTIN min(long a, long b) { return a < b ? a : b; }
uint BUILTIN mul_hi(uint a, uint b) { return (uint)(((ulong)a * b) >> 32); }
float BUILTIN select(float a, float b, int chooseB) { return chooseB < 0 ? b : a; }
