/// How exactly a device multiplies in products and convolutions; everything else is float32 anyway.
public enum Precision: String, CaseIterable, Hashable, Sendable, Codable {
  /// As exactly as float32 does, by whichever kernels are fastest; adjoints to a relative 4e-6, as exactly as minimal
  /// filtering.
  case float32
  /// Factors may be rounded to 10 bits of mantissa, the TF32 of tensor cores, where that is faster: results are off
  /// by a relative 1e-3. On processors with matrix tiles, forward values are computed as adjoints are; on other
  /// devices without tensor cores nothing changes.
  case tensorFloat32
}
