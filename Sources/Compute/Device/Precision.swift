/// How exactly a device multiplies and adds in products, convolutions and sums; everything else is float32 anyway.
public enum Precision: String, CaseIterable, Hashable, Sendable, Codable {
  /// As exactly as float32 does, minimal filtering included, by whichever kernels are fastest: adjoints and weight
  /// gradients to a relative 4e-6.
  case float32
  /// Factors may be rounded to 10 bits of mantissa, the TF32 of tensor cores, where that is faster: results are off
  /// by a relative 1e-3. On processors with matrix tiles, forward values are computed as adjoints are; on other
  /// devices without tensor cores nothing changes.
  case tensorFloat32
  /// Every product as the graph says, and every sum as if it were computed with twice the bits of float32 and rounded
  /// once: what then differs from another precision depends on rounding.
  ///
  /// No minimal filtering, no matrix tiles, no tensor cores, no factors of batch-norm multiplied into weights. Running
  /// sums, sums of repeated indices and the lengths of steps in L2 are computed as in ``float32``.
  case exact
}
