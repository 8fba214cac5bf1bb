/// `INPUTS,LABELS`: two files, separated by the only comma.
struct FilePair: Hashable {
  /// The file of the inputs.
  let inputs: String
  /// The file of the labels.
  let labels: String

  /// Splits the text; nil if it is not two names.
  init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    inputs = String(parts[0])
    labels = String(parts[1])
  }
}
