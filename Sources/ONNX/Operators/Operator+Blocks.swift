import Compute

extension Operator {
  /// Channels moved into blocks of places, and back.
  static let blocks: [String: Operator] = [
    "DepthToSpace": Operator { call in
      let value = try call.value(0)
      let (x, size) = (value.tensor, try call.blockSize())
      guard x.rank == 4, x.shape[1] % (size * size) == 0 else {
        throw ImportError("blocks of \(size) do not fit the channels of \(x.shape)")
      }
      let (n, c, h, w) = (x.shape[0], x.shape[1] / (size * size), x.shape[2], x.shape[3])
      let isChannelFirst = try call.isChannelFirst()
      let split =
        isChannelFirst
        ? x.reshaped([n, c, size, size, h, w]).transposed([0, 1, 4, 2, 5, 3])
        : x.reshaped([n, size, size, c, h, w]).transposed([0, 3, 4, 1, 5, 2])
      return try call.result(split.reshaped([n, c, h * size, w * size]))
    },
    "SpaceToDepth": Operator { call in
      let value = try call.value(0)
      let (x, size) = (value.tensor, try call.blockSize())
      guard x.rank == 4, x.shape[2] % size == 0, x.shape[3] % size == 0 else {
        throw ImportError("blocks of \(size) do not fit the rows and columns of \(x.shape)")
      }
      let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2] / size, x.shape[3] / size)
      // Since operator set 28 channels may come before the places of a block.
      let isChannelFirst = try call.isChannelFirst()
      let split = x.reshaped([n, c, h, size, w, size])
        .transposed(isChannelFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4])
      return try call.result(split.reshaped([n, c * size * size, h, w]))
    },
  ]
}

extension NodeCall {
  fileprivate func isChannelFirst() throws -> Bool {
    switch try string("mode", default: "DCR") {
    case "DCR": return false
    case "CRD": return true
    case let mode: throw ImportError("attribute 'mode' is '\(mode)'; DCR or CRD is needed")
    }
  }

  fileprivate func blockSize() throws -> Int {
    let size = try integer("blocksize")
    guard 1...4096 ~= size else {
      throw ImportError("attribute 'blocksize' is \(size); it should be 1 to 4096")
    }
    return size
  }
}
