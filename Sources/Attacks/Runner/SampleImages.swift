internal import Compute

/// One image for each sample, the clean ones at first: memory that is shared with the input until one changes.
struct SampleImages {
  private var bytes: [UInt8]
  private let input: AttackSamples

  init(_ input: AttackSamples) {
    bytes = input.images.bytes
    self.input = input
  }

  /// The images, `[N, ...]`.
  var array: HostArray { HostArray(input.images.type, bytes: bytes) }

  subscript(sample: Int) -> ArraySlice<UInt8> { bytes[place(sample)] }

  mutating func store(_ image: ArraySlice<UInt8>, _ sample: Int) {
    bytes.replaceSubrange(place(sample), with: image)
  }

  /// Puts the clean image back.
  mutating func restore(_ sample: Int) { store(input.image(sample), sample) }

  /// Gives the memory back; nothing may be read any more.
  mutating func forget() { bytes = [] }

  private func place(_ sample: Int) -> Range<Int> {
    (sample * input.imageBytes)..<((sample + 1) * input.imageBytes)
  }
}
