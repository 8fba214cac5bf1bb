/// A setting together with the property of an attack that it stands for, which holds the default too.
public struct SettingBinding<Root: Sendable>: Sendable {
  /// The setting.
  public let setting: Setting
  /// The property's value.
  let read: @Sendable (Root) -> ParameterValue
  /// Sets the property; a value of another kind changes nothing.
  let write: @Sendable (inout Root, ParameterValue) -> Void

  /// Binds a setting to a whole number.
  public static func count(
    _ setting: Setting, _ path: any WritableKeyPath<Root, Int> & Sendable
  ) -> SettingBinding {
    SettingBinding(setting: setting) {
      .count($0[keyPath: path])
    } write: {
      if case .count(let count) = $1 { $0[keyPath: path] = count }
    }
  }

  /// Binds a setting to a number.
  public static func number(
    _ setting: Setting, _ path: any WritableKeyPath<Root, Double> & Sendable
  ) -> SettingBinding {
    SettingBinding(setting: setting) {
      .number($0[keyPath: path])
    } write: {
      if case .number(let number) = $1 { $0[keyPath: path] = number }
    }
  }

  /// Binds a setting to yes or no.
  public static func flag(
    _ setting: Setting, _ path: any WritableKeyPath<Root, Bool> & Sendable
  ) -> SettingBinding {
    SettingBinding(setting: setting) {
      .flag($0[keyPath: path])
    } write: {
      if case .flag(let isOn) = $1 { $0[keyPath: path] = isOn }
    }
  }

  /// Binds ``Setting/steps``.
  public static func steps(_ path: any WritableKeyPath<Root, Int> & Sendable) -> SettingBinding {
    count(.steps, path)
  }

  /// Binds ``Setting/stepSize``.
  public static func stepSize(_ path: any WritableKeyPath<Root, StepSize> & Sendable) -> SettingBinding {
    SettingBinding(setting: .stepSize) {
      .step($0[keyPath: path])
    } write: {
      if case .step(let size) = $1 { $0[keyPath: path] = size }
    }
  }

  /// Binds ``Setting/loss``.
  public static func loss(_ path: any WritableKeyPath<Root, any AttackLoss> & Sendable) -> SettingBinding {
    SettingBinding(setting: .loss) {
      .text($0[keyPath: path].name)
    } write: {
      if case .text(let name) = $1, let loss = try? AttackLosses.named(name) { $0[keyPath: path] = loss }
    }
  }
}
