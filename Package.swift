// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "tremor",
  products: [
    .library(name: "Compute", targets: ["Compute"])
  ],
  targets: [
    .target(name: "Compute", swiftSettings: strict),
    .target(name: "ComputeTestSupport", dependencies: ["Compute"], path: "Tests/ComputeTestSupport", swiftSettings: strict),
    .testTarget(name: "ComputeTests", dependencies: ["Compute", "ComputeTestSupport"], swiftSettings: strict),
  ]
)
