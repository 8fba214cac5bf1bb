import ArrayFiles

/// Finds out which samples a request means.
struct SampleChoice {
  let request: DataRequest
  /// What errors call the data.
  let name: String

  /// The numbers of the samples that are wanted, in their order.
  ///
  /// - Parameters:
  ///   - labels: The class of every sample, or of as many as ``DataRequest/rows`` says.
  ///   - classNames: The names of the classes, where they are known.
  /// - Throws: ``FileError`` for a number that no sample has, and for classes that are unknown or without samples.
  func numbers(_ labels: [Int32], classNames: [String]?) throws(FileError) -> [Int] {
    var numbers = request.indices ?? Array(labels.indices)
    // Then no label behind was read either.
    if request.classes.isEmpty { numbers = Array(numbers.prefix(request.limit ?? .max)) }
    if let number = numbers.first(where: { !labels.indices.contains($0) }) {
      throw FileError(name, "there is no sample \(number); there are \(labels.count), counted from 0")
    }
    if !request.classes.isEmpty {
      var wanted: Set<Int32> = []
      for text in request.classes {
        let label = try label(text, labels, classNames)
        guard labels.contains(label) else { throw FileError(name, "no sample has the class '\(text)'") }
        wanted.insert(label)
      }
      numbers.removeAll { !wanted.contains(labels[$0]) }
    }
    return Array(numbers.prefix(request.limit ?? .max))
  }

  /// The label of a class, whose name goes before its number.
  private func label(
    _ text: String, _ labels: [Int32], _ classNames: [String]?
  ) throws(FileError) -> Int32 {
    if let index = classNames?.firstIndex(of: text) { return Int32(index) }
    let count = classNames?.count ?? .max
    if let number = Int32(text), number >= 0, number < count { return number }
    guard let classNames else {
      throw FileError(
        name,
        "the data do not name their classes, so '\(text)' must be a number, or give the names with --classes")
    }
    let known = classNames.prefix(20).joined(separator: ", ") + (classNames.count > 20 ? ", ..." : "")
    throw FileError(name, "there is no class '\(text)'; the classes are \(known)")
  }
}

extension Samples {
  /// The samples that a request means, out of those that were read for it.
  func chosen(by request: DataRequest) throws(FileError) -> Samples {
    guard request.isChoice else { return request.limit.map(prefix) ?? self }
    let choice = SampleChoice(request: request, name: name)
    return at(try choice.numbers(labels, classNames: classNames))
  }
}
