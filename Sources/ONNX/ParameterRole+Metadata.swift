internal import Networks

extension Parameter.Role {
  /// What comes before a parameter's name in the metadata of a file.
  private static let prefix = "tremor.role/"

  /// The roles that a file names.
  static func read(_ metadata: [StringStringEntryProto]) -> [String: Parameter.Role] {
    metadata.reduce(into: [:]) { roles, entry in
      guard entry.key.hasPrefix(prefix), let role = Parameter.Role(rawValue: entry.value) else { return }
      roles[String(entry.key.dropFirst(prefix.count))] = role
    }
  }

  /// Entries for a file that keeps these parameters.
  static func written(_ parameters: [Parameter]) -> [StringStringEntryProto] {
    parameters.map { parameter in
      var entry = StringStringEntryProto()
      (entry.key, entry.value) = (prefix + parameter.name, parameter.role.rawValue)
      return entry
    }
  }
}
