// Made by Scripts/make-operator-signatures.py.

extension OperatorSignature {
  /// A line for each change of an operator: its name, the operator set that brought the change, the largest number of
  /// inputs, and the names of the attributes.
  static let table = """
    Abs 1 1 consumed_inputs
    Abs 6 1
    Acos 7 1
    Acosh 9 1
    Add 1 2 axis broadcast consumed_inputs
    Add 6 2 axis broadcast
    Add 7 2
    AffineGrid 20 2 align_corners
    And 1 2 axis broadcast
    And 7 2
    ArgMax 1 1 axis keepdims
    ArgMax 12 1 axis keepdims select_last_index
    ArgMin 1 1 axis keepdims
    ArgMin 12 1 axis keepdims select_last_index
    Asin 7 1
    Asinh 9 1
    Atan 7 1
    Atanh 9 1
    Attention 23 6 is_causal kv_num_heads q_num_heads qk_matmul_output_mode scale softcap softmax_precision
    Attention 24 7 is_causal kv_num_heads q_num_heads qk_matmul_output_mode scale softcap softmax_precision
    Attention 25 7 is_causal kv_num_heads left_window_size q_num_heads qk_matmul_output_mode right_window_size scale softcap softmax_precision
    AveragePool 1 1 auto_pad kernel_shape pads strides
    AveragePool 7 1 auto_pad count_include_pad kernel_shape pads strides
    AveragePool 10 1 auto_pad ceil_mode count_include_pad kernel_shape pads strides
    AveragePool 19 1 auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides
    BatchNormalization 1 5 consumed_inputs epsilon is_test momentum spatial
    BatchNormalization 6 5 epsilon is_test momentum spatial
    BatchNormalization 7 5 epsilon momentum spatial
    BatchNormalization 9 5 epsilon momentum
    BatchNormalization 14 5 epsilon momentum training_mode
    Bernoulli 15 1 dtype seed
    BitShift 11 2 direction
    BitwiseAnd 18 2
    BitwiseNot 18 1
    BitwiseOr 18 2
    BitwiseXor 18 2
    BlackmanWindow 17 1 output_datatype periodic
    Cast 1 1 to
    Cast 19 1 saturate to
    Cast 24 1 round_mode saturate to
    CastLike 15 2
    CastLike 19 2 saturate
    CastLike 24 2 round_mode saturate
    Ceil 1 1 consumed_inputs
    Ceil 6 1
    Celu 12 1 alpha
    CenterCropPad 18 2 axes
    Clip 1 1 consumed_inputs max min
    Clip 6 1 max min
    Clip 11 3
    Col2Im 18 3 dilations pads strides
    Compress 9 2 axis
    Concat 1 * axis
    Constant 1 0 value
    Constant 11 0 sparse_value value
    Constant 12 0 sparse_value value value_float value_floats value_int value_ints value_string value_strings
    ConstantOfShape 9 1 value
    Conv 1 3 auto_pad dilations group kernel_shape pads strides
    ConvInteger 10 4 auto_pad dilations group kernel_shape pads strides
    ConvTranspose 1 3 auto_pad dilations group kernel_shape output_padding output_shape pads strides
    Cos 7 1
    Cosh 9 1
    CumSum 11 2 exclusive reverse
    DFT 17 2 axis inverse onesided
    DFT 20 3 inverse onesided
    DepthToSpace 1 1 blocksize
    DepthToSpace 11 1 blocksize mode
    DequantizeLinear 10 3
    DequantizeLinear 13 3 axis
    DequantizeLinear 21 3 axis block_size
    DequantizeLinear 23 3 axis block_size output_dtype
    Div 1 2 axis broadcast consumed_inputs
    Div 6 2 axis broadcast
    Div 7 2
    Dropout 1 1 consumed_inputs is_test ratio
    Dropout 6 1 is_test ratio
    Dropout 7 1 ratio
    Dropout 12 3 seed
    DynamicQuantizeLinear 11 1
    Einsum 12 * equation
    Elu 1 1 alpha consumed_inputs
    Elu 6 1 alpha
    Equal 1 2 axis broadcast
    Equal 7 2
    Erf 9 1
    Exp 1 1 consumed_inputs
    Exp 6 1
    Expand 8 2
    EyeLike 9 1 dtype k
    Flatten 1 1 axis
    Floor 1 1 consumed_inputs
    Floor 6 1
    GRU 1 6 activation_alpha activation_beta activations clip direction hidden_size output_sequence
    GRU 3 6 activation_alpha activation_beta activations clip direction hidden_size linear_before_reset output_sequence
    GRU 7 6 activation_alpha activation_beta activations clip direction hidden_size linear_before_reset
    GRU 14 6 activation_alpha activation_beta activations clip direction hidden_size layout linear_before_reset
    Gather 1 2 axis
    GatherElements 11 2 axis
    GatherND 11 2
    GatherND 12 2 batch_dims
    Gelu 20 1 approximate
    Gemm 1 3 alpha beta broadcast transA transB
    Gemm 7 3 alpha beta transA transB
    GlobalAveragePool 1 1
    GlobalLpPool 1 1 p
    GlobalMaxPool 1 1
    Greater 1 2 axis broadcast
    Greater 7 2
    GreaterOrEqual 12 2
    GridSample 16 2 align_corners mode padding_mode
    GroupNormalization 18 3 epsilon num_groups
    GroupNormalization 21 3 epsilon num_groups stash_type
    HammingWindow 17 1 output_datatype periodic
    HannWindow 17 1 output_datatype periodic
    HardSigmoid 1 1 alpha beta consumed_inputs
    HardSigmoid 6 1 alpha beta
    HardSwish 14 1
    Hardmax 1 1 axis
    Identity 1 1
    InstanceNormalization 1 3 consumed_inputs epsilon
    InstanceNormalization 6 3 epsilon
    IsInf 10 1 detect_negative detect_positive
    IsNaN 9 1
    LRN 1 1 alpha beta bias size
    LSTM 1 8 activation_alpha activation_beta activations clip direction hidden_size input_forget output_sequence
    LSTM 7 8 activation_alpha activation_beta activations clip direction hidden_size input_forget
    LSTM 14 8 activation_alpha activation_beta activations clip direction hidden_size input_forget layout
    LayerNormalization 17 3 axis epsilon stash_type
    LeakyRelu 1 1 alpha consumed_inputs
    LeakyRelu 6 1 alpha
    Less 1 2 axis broadcast
    Less 7 2
    LessOrEqual 12 2
    Log 1 1 consumed_inputs
    Log 6 1
    LogSoftmax 1 1 axis
    LpNormalization 1 1 axis p
    LpPool 1 1 auto_pad kernel_shape p pads strides
    LpPool 18 1 auto_pad ceil_mode dilations kernel_shape p pads strides
    MatMul 1 2
    MatMulInteger 10 4
    Max 1 * consumed_inputs
    Max 6 *
    MaxPool 1 1 auto_pad kernel_shape pads strides
    MaxPool 8 1 auto_pad kernel_shape pads storage_order strides
    MaxPool 10 1 auto_pad ceil_mode dilations kernel_shape pads storage_order strides
    Mean 1 * consumed_inputs
    Mean 6 *
    MeanVarianceNormalization 9 1 axes
    Min 1 * consumed_inputs
    Min 6 *
    Mish 18 1
    Mod 10 2 fmod
    Mul 1 2 axis broadcast consumed_inputs
    Mul 6 2 axis broadcast
    Mul 7 2
    Multinomial 7 1 dtype sample_size seed
    Neg 1 1 consumed_inputs
    Neg 6 1
    Not 1 1
    OneHot 9 3 axis
    Or 1 2 axis broadcast
    Or 7 2
    PRelu 1 2 consumed_inputs
    PRelu 6 2
    Pad 1 1 mode paddings value
    Pad 2 1 mode pads value
    Pad 11 3 mode
    Pad 18 4 mode
    Pow 1 2 axis broadcast
    Pow 7 2
    QLinearConv 10 9 auto_pad dilations group kernel_shape pads strides
    QLinearMatMul 10 8
    QuantizeLinear 10 3
    QuantizeLinear 13 3 axis
    QuantizeLinear 19 3 axis saturate
    QuantizeLinear 21 3 axis block_size output_dtype saturate
    QuantizeLinear 23 3 axis block_size output_dtype precision saturate
    RMSNormalization 23 2 axis epsilon stash_type
    RNN 1 6 activation_alpha activation_beta activations clip direction hidden_size output_sequence
    RNN 7 6 activation_alpha activation_beta activations clip direction hidden_size
    RNN 14 6 activation_alpha activation_beta activations clip direction hidden_size layout
    RandomNormal 1 0 dtype mean scale seed shape
    RandomNormalLike 1 1 dtype mean scale seed
    RandomUniform 1 0 dtype high low seed shape
    RandomUniformLike 1 1 dtype high low seed
    Range 11 3
    Range 27 3 stash_type
    Reciprocal 1 1 consumed_inputs
    Reciprocal 6 1
    ReduceL1 1 1 axes keepdims
    ReduceL1 18 2 keepdims noop_with_empty_axes
    ReduceL2 1 1 axes keepdims
    ReduceL2 18 2 keepdims noop_with_empty_axes
    ReduceLogSum 1 1 axes keepdims
    ReduceLogSum 18 2 keepdims noop_with_empty_axes
    ReduceLogSumExp 1 1 axes keepdims
    ReduceLogSumExp 18 2 keepdims noop_with_empty_axes
    ReduceMax 1 1 axes keepdims
    ReduceMax 18 2 keepdims noop_with_empty_axes
    ReduceMean 1 1 axes keepdims
    ReduceMean 18 2 keepdims noop_with_empty_axes
    ReduceMin 1 1 axes keepdims
    ReduceMin 18 2 keepdims noop_with_empty_axes
    ReduceProd 1 1 axes keepdims
    ReduceProd 18 2 keepdims noop_with_empty_axes
    ReduceSum 1 1 axes keepdims
    ReduceSum 13 2 keepdims noop_with_empty_axes
    ReduceSumSquare 1 1 axes keepdims
    ReduceSumSquare 18 2 keepdims noop_with_empty_axes
    Relu 1 1 consumed_inputs
    Relu 6 1
    Reshape 1 1 consumed_inputs shape
    Reshape 5 2
    Reshape 14 2 allowzero
    Resize 10 2 mode
    Resize 11 4 coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value mode nearest_mode
    Resize 18 4 antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value keep_aspect_ratio_policy mode nearest_mode
    ReverseSequence 10 2 batch_axis time_axis
    RotaryEmbedding 23 4 interleaved num_heads rotary_embedding_dim
    Round 11 1
    Scatter 9 3 axis
    ScatterElements 11 3 axis
    ScatterElements 16 3 axis reduction
    ScatterND 11 3
    ScatterND 16 3 reduction
    Selu 1 1 alpha consumed_inputs gamma
    Selu 6 1 alpha gamma
    Shape 1 1
    Shape 15 1 end start
    Shrink 9 1 bias lambd
    Sigmoid 1 1 consumed_inputs
    Sigmoid 6 1
    Sign 9 1
    SimplifiedLayerNormalization 1 2 axis epsilon stash_type
    Sin 7 1
    Sinh 9 1
    Size 1 1
    Slice 1 1 axes ends starts
    Slice 10 5
    Softmax 1 1 axis
    Softplus 1 1
    Softsign 1 1
    SpaceToDepth 1 1 blocksize
    SpaceToDepth 28 1 blocksize mode
    Split 1 2 axis split
    Split 2 1 axis split
    Split 13 2 axis
    Split 18 2 axis num_outputs
    Sqrt 1 1 consumed_inputs
    Sqrt 6 1
    Squeeze 1 1 axes
    Squeeze 13 2
    Sub 1 2 axis broadcast consumed_inputs
    Sub 6 2 axis broadcast
    Sub 7 2
    Sum 1 * consumed_inputs
    Sum 6 *
    SwiGLU 28 2 alpha
    Swish 24 1 alpha
    Tan 7 1
    Tanh 1 1 consumed_inputs
    Tanh 6 1
    ThresholdedRelu 10 1 alpha
    Tile 1 3
    Tile 6 2
    TopK 1 1 axis k
    TopK 10 2 axis
    TopK 11 2 axis largest sorted
    Transpose 1 1 perm
    Trilu 14 2 upper
    Unsqueeze 1 1 axes
    Unsqueeze 13 2
    Upsample 1 1 height_scale mode width_scale
    Upsample 7 1 mode scales
    Upsample 9 2 mode
    Where 9 3
    Xor 1 2 axis broadcast
    Xor 7 2
    com.microsoft.BiasGelu 1 2
    com.microsoft.DequantizeLinear 1 3 axis
    com.microsoft.FastGelu 1 2
    com.microsoft.FusedConv 1 4 activation activation_params auto_pad dilations group kernel_shape pads strides
    com.microsoft.FusedGemm 1 3 activation activation_alpha activation_beta activation_gamma alpha beta transA transB
    com.microsoft.FusedMatMul 1 2 alpha transA transB transBatchA transBatchB
    com.microsoft.Gelu 1 1
    com.microsoft.QuantizeLinear 1 3 axis
    com.microsoft.QuickGelu 1 1 alpha
    com.microsoft.SkipLayerNormalization 1 5 epsilon
    com.microsoft.SkipSimplifiedLayerNormalization 1 4 epsilon
    """
}
