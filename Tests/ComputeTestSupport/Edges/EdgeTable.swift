// Written by Tests/Peers/edge_table.py; function, arguments, values, derivatives.

extension EdgeCase {
  static let table = """
    absolute|0|0|0
    absolute|-0|0|0
    absolute|1|1|1
    absolute|-1|1|-1
    absolute|0.5|0.5|1
    absolute|-0.5|0.5|-1
    absolute|3|3|1
    absolute|-3|3|-1
    absolute|6|6|1
    absolute|7|7|1
    absolute|inf|inf|1
    absolute|-inf|inf|-1
    absolute|1e-30|1e-30|1
    absolute|-1e-30|1e-30|-1
    absolute|1e+30|1.00000002e+30|1
    absolute|-1e+30|1.00000002e+30|-1
    sign|0|0|0
    sign|-0|0|0
    sign|1|1|0
    sign|-1|-1|0
    sign|0.5|1|0
    sign|-0.5|-1|0
    sign|3|1|0
    sign|-3|-1|0
    sign|6|1|0
    sign|7|1|0
    sign|inf|1|0
    sign|-inf|-1|0
    sign|1e-30|1|0
    sign|-1e-30|-1|0
    sign|1e+30|1|0
    sign|-1e+30|-1|0
    exp|0|1|1
    exp|-0|1|1
    exp|1|2.71828175|2.71828175
    exp|-1|0.36787945|0.36787945
    exp|0.5|1.64872122|1.64872122
    exp|-0.5|0.606530666|0.606530666
    exp|3|20.085537|20.085537
    exp|-3|0.0497870669|0.0497870669
    exp|6|403.428802|403.428802
    exp|7|1096.63318|1096.63318
    exp|inf|inf|inf
    exp|-inf|0|0
    exp|1e-30|1|1
    exp|-1e-30|1|1
    exp|1e+30|inf|inf
    exp|-1e+30|0|0
    log|0|-inf|inf
    log|-0|-inf|-inf
    log|1|0|1
    log|-1|nan|-1
    log|0.5|-0.693147182|2
    log|-0.5|nan|-2
    log|3|1.09861231|0.333333343
    log|-3|nan|-0.333333343
    log|6|1.79175949|0.166666672
    log|7|1.9459101|0.142857149
    log|inf|inf|0
    log|-inf|nan|-0
    log|1e-30|-69.0775528|1.00000002e+30
    log|-1e-30|nan|-1.00000002e+30
    log|1e+30|69.0775528|1e-30
    log|-1e+30|nan|-1e-30
    sqrt|0|0|inf
    sqrt|-0|-0|-inf
    sqrt|1|1|0.5
    sqrt|-1|nan|nan
    sqrt|0.5|0.707106769|0.707106769
    sqrt|-0.5|nan|nan
    sqrt|3|1.73205078|0.288675129
    sqrt|-3|nan|nan
    sqrt|6|2.44948983|0.204124138
    sqrt|7|2.64575124|0.188982248
    sqrt|inf|inf|0
    sqrt|-inf|nan|nan
    sqrt|1e-30|1e-15|4.99999993e+14
    sqrt|-1e-30|nan|nan
    sqrt|1e+30|9.99999987e+14|5.00000002e-16
    sqrt|-1e+30|nan|nan
    reciprocalSquareRoot|0|inf|-inf
    reciprocalSquareRoot|-0|-inf|inf
    reciprocalSquareRoot|1|1|-0.5
    reciprocalSquareRoot|-1|nan|nan
    reciprocalSquareRoot|0.5|1.41421354|-1.41421342
    reciprocalSquareRoot|-0.5|nan|nan
    reciprocalSquareRoot|3|0.577350259|-0.0962250382
    reciprocalSquareRoot|-3|nan|nan
    reciprocalSquareRoot|6|0.408248276|-0.0340206884
    reciprocalSquareRoot|7|0.377964497|-0.0269974675
    reciprocalSquareRoot|inf|0|-0
    reciprocalSquareRoot|-inf|nan|nan
    reciprocalSquareRoot|1e-30|9.99999987e+14|-inf
    reciprocalSquareRoot|-1e-30|nan|nan
    reciprocalSquareRoot|1e+30|1e-15|-0
    reciprocalSquareRoot|-1e+30|nan|nan
    tanh|0|0|1
    tanh|-0|-0|1
    tanh|1|0.761594176|0.419974297
    tanh|-1|-0.761594176|0.419974297
    tanh|0.5|0.462117165|0.786447704
    tanh|-0.5|-0.462117165|0.786447704
    tanh|3|0.995054781|0.00986598153
    tanh|-3|-0.995054781|0.00986598153
    tanh|6|0.999987721|2.45569627e-05
    tanh|7|0.999998331|3.33785738e-06
    tanh|inf|1|0
    tanh|-inf|-1|0
    tanh|1e-30|1e-30|1
    tanh|-1e-30|-1e-30|1
    tanh|1e+30|1|0
    tanh|-1e+30|-1|0
    sigmoid|0|0.5|0.25
    sigmoid|-0|0.5|0.25
    sigmoid|1|0.731058598|0.196611926
    sigmoid|-1|0.268941432|0.196611941
    sigmoid|0.5|0.622459352|0.23500371
    sigmoid|-0.5|0.377540678|0.23500371
    sigmoid|3|0.952574134|0.0451766551
    sigmoid|-3|0.0474258736|0.0451766588
    sigmoid|6|0.997527421|0.00246646581
    sigmoid|7|0.999089003|0.000910167466
    sigmoid|inf|1|0
    sigmoid|-inf|0|0
    sigmoid|1e-30|0.5|0.25
    sigmoid|-1e-30|0.5|0.25
    sigmoid|1e+30|1|0
    sigmoid|-1e+30|0|0
    erf|0|0|1.12837923
    erf|-0|-0|1.12837923
    erf|1|0.842700779|0.415107518
    erf|-1|-0.842700779|0.415107518
    erf|0.5|0.520499885|0.87878263
    erf|-0.5|-0.520499885|0.87878263
    erf|3|0.999977887|0.000139253054
    erf|-3|-0.999977887|0.000139253054
    erf|6|1|2.6173011e-16
    erf|7|1|5.91596353e-22
    erf|inf|1|0
    erf|-inf|-1|0
    erf|1e-30|1.12837913e-30|1.12837923
    erf|-1e-30|-1.12837913e-30|1.12837923
    erf|1e+30|1|0
    erf|-1e+30|-1|0
    sin|0|0|1
    sin|-0|-0|1
    sin|1|0.841470957|0.540302336
    sin|-1|-0.841470957|0.540302336
    sin|0.5|0.47942555|0.87758255
    sin|-0.5|-0.47942555|0.87758255
    sin|3|0.141120002|-0.989992499
    sin|-3|-0.141120002|-0.989992499
    sin|6|-0.279415488|0.960170269
    sin|7|0.656986594|0.753902256
    sin|inf|nan|nan
    sin|-inf|nan|nan
    sin|1e-30|1e-30|1
    sin|-1e-30|-1e-30|1
    cos|0|1|-0
    cos|-0|1|0
    cos|1|0.540302336|-0.841470957
    cos|-1|0.540302336|0.841470957
    cos|0.5|0.87758255|-0.47942555
    cos|-0.5|0.87758255|0.47942555
    cos|3|-0.989992499|-0.141120002
    cos|-3|-0.989992499|0.141120002
    cos|6|0.960170269|0.279415488
    cos|7|0.753902256|-0.656986594
    cos|inf|nan|nan
    cos|-inf|nan|nan
    cos|1e-30|1|-1e-30
    cos|-1e-30|1|1e-30
    floor|0|0|0
    floor|-0|-0|0
    floor|1|1|0
    floor|-1|-1|0
    floor|0.5|0|0
    floor|-0.5|-1|0
    floor|3|3|0
    floor|-3|-3|0
    floor|6|6|0
    floor|7|7|0
    floor|inf|inf|0
    floor|-inf|-inf|0
    floor|1e-30|0|0
    floor|-1e-30|-1|0
    floor|1e+30|1.00000002e+30|0
    floor|-1e+30|-1.00000002e+30|0
    ceil|0|0|0
    ceil|-0|-0|0
    ceil|1|1|0
    ceil|-1|-1|0
    ceil|0.5|1|0
    ceil|-0.5|-0|0
    ceil|3|3|0
    ceil|-3|-3|0
    ceil|6|6|0
    ceil|7|7|0
    ceil|inf|inf|0
    ceil|-inf|-inf|0
    ceil|1e-30|1|0
    ceil|-1e-30|-0|0
    ceil|1e+30|1.00000002e+30|0
    ceil|-1e+30|-1.00000002e+30|0
    round|0|0|0
    round|-0|-0|0
    round|1|1|0
    round|-1|-1|0
    round|0.5|0|0
    round|-0.5|-0|0
    round|3|3|0
    round|-3|-3|0
    round|6|6|0
    round|7|7|0
    round|inf|inf|0
    round|-inf|-inf|0
    round|1e-30|0|0
    round|-1e-30|-0|0
    round|1e+30|1.00000002e+30|0
    round|-1e+30|-1.00000002e+30|0
    negate|0|-0|-1
    negate|-0|0|-1
    negate|1|-1|-1
    negate|-1|1|-1
    negate|0.5|-0.5|-1
    negate|-0.5|0.5|-1
    negate|3|-3|-1
    negate|-3|3|-1
    negate|6|-6|-1
    negate|7|-7|-1
    negate|inf|-inf|-1
    negate|-inf|inf|-1
    negate|1e-30|-1e-30|-1
    negate|-1e-30|1e-30|-1
    negate|1e+30|-1.00000002e+30|-1
    negate|-1e+30|1.00000002e+30|-1
    relu|0|0|0
    relu|-0|-0|0
    relu|1|1|1
    relu|-1|0|0
    relu|0.5|0.5|1
    relu|-0.5|0|0
    relu|3|3|1
    relu|-3|0|0
    relu|6|6|1
    relu|7|7|1
    relu|inf|inf|1
    relu|-inf|0|0
    relu|1e-30|1e-30|1
    relu|-1e-30|0|0
    relu|1e+30|1.00000002e+30|1
    relu|-1e+30|0|0
    relu6|0|0|0
    relu6|-0|-0|0
    relu6|1|1|1
    relu6|-1|0|0
    relu6|0.5|0.5|1
    relu6|-0.5|0|0
    relu6|3|3|1
    relu6|-3|0|0
    relu6|6|6|0
    relu6|7|6|0
    relu6|inf|6|0
    relu6|-inf|0|0
    relu6|1e-30|1e-30|1
    relu6|-1e-30|0|0
    relu6|1e+30|6|0
    relu6|-1e+30|0|0
    clamp|0|0|1
    clamp|-0|-0|1
    clamp|1|1|1
    clamp|-1|-1|1
    clamp|0.5|0.5|1
    clamp|-0.5|-0.5|1
    clamp|3|1|0
    clamp|-3|-1|0
    clamp|6|1|0
    clamp|7|1|0
    clamp|inf|1|0
    clamp|-inf|-1|0
    clamp|1e-30|1e-30|1
    clamp|-1e-30|-1e-30|1
    clamp|1e+30|1|0
    clamp|-1e+30|-1|0
    clamp06|0|0|1
    clamp06|-0|-0|1
    clamp06|1|1|1
    clamp06|-1|0|0
    clamp06|0.5|0.5|1
    clamp06|-0.5|0|0
    clamp06|3|3|1
    clamp06|-3|0|0
    clamp06|6|6|1
    clamp06|7|6|0
    clamp06|inf|6|0
    clamp06|-inf|0|0
    clamp06|1e-30|1e-30|1
    clamp06|-1e-30|0|0
    clamp06|1e+30|6|0
    clamp06|-1e+30|0|0
    square|0|0|0
    square|-0|0|-0
    square|1|1|2
    square|-1|1|-2
    square|0.5|0.25|1
    square|-0.5|0.25|-1
    square|3|9|6
    square|-3|9|-6
    square|6|36|12
    square|7|49|14
    square|inf|inf|inf
    square|-inf|inf|-inf
    square|1e-30|0|2.00000001e-30
    square|-1e-30|0|-2.00000001e-30
    square|1e+30|inf|2.00000003e+30
    square|-1e+30|inf|-2.00000003e+30
    reciprocal|0|inf|-inf
    reciprocal|-0|-inf|-inf
    reciprocal|1|1|-1
    reciprocal|-1|-1|-1
    reciprocal|0.5|2|-4
    reciprocal|-0.5|-2|-4
    reciprocal|3|0.333333343|-0.111111119
    reciprocal|-3|-0.333333343|-0.111111119
    reciprocal|6|0.166666672|-0.0277777798
    reciprocal|7|0.142857149|-0.0204081647
    reciprocal|inf|0|-0
    reciprocal|-inf|-0|-0
    reciprocal|1e-30|1.00000002e+30|-inf
    reciprocal|-1e-30|-1.00000002e+30|-inf
    reciprocal|1e+30|1e-30|-0
    reciprocal|-1e+30|-1e-30|-0
    quotient|0|nan|nan
    quotient|-0|nan|nan
    quotient|1|1|0
    quotient|-1|1|0
    quotient|0.5|1|0
    quotient|-0.5|1|0
    quotient|3|1|0
    quotient|-3|1|0
    quotient|6|1|0
    quotient|7|1|0
    quotient|inf|nan|nan
    quotient|-inf|nan|nan
    quotient|1e-30|1|0
    quotient|-1e-30|1|0
    quotient|1e+30|1|0
    quotient|-1e+30|1|0
    power0.5|0|0|inf
    power0.5|-0|-0|-inf
    power0.5|1|1|0.5
    power0.5|-1|nan|nan
    power0.5|0.5|0.707106769|0.707106769
    power0.5|-0.5|nan|nan
    power0.5|3|1.73205078|0.288675129
    power0.5|-3|nan|nan
    power0.5|6|2.44948983|0.204124138
    power0.5|7|2.64575124|0.188982248
    power0.5|inf|inf|0
    power0.5|-inf|nan|nan
    power0.5|1e-30|1e-15|4.99999993e+14
    power0.5|-1e-30|nan|nan
    power0.5|1e+30|9.99999987e+14|5.00000002e-16
    power0.5|-1e+30|nan|nan
    power1.5|0|0|0
    power1.5|-0|0|-0
    power1.5|1|1|1.5
    power1.5|-1|nan|nan
    power1.5|0.5|0.353553385|1.06066012
    power1.5|-0.5|nan|nan
    power1.5|3|5.19615221|2.59807611
    power1.5|-3|nan|nan
    power1.5|6|14.6969385|3.67423487
    power1.5|7|18.5202599|3.96862698
    power1.5|inf|inf|inf
    power1.5|-inf|inf|nan
    power1.5|1e-30|1.40129846e-45|1.50000006e-15
    power1.5|-1e-30|nan|nan
    power1.5|1e+30|inf|1.50000001e+15
    power1.5|-1e+30|nan|nan
    power-1|0|inf|-inf
    power-1|-0|-inf|-inf
    power-1|1|1|-1
    power-1|-1|-1|-1
    power-1|0.5|2|-4
    power-1|-0.5|-2|-4
    power-1|3|0.333333343|-0.111111112
    power-1|-3|-0.333333343|-0.111111112
    power-1|6|0.166666672|-0.027777778
    power-1|7|0.142857149|-0.0204081628
    power-1|inf|0|-0
    power-1|-inf|-0|-0
    power-1|1e-30|1.00000002e+30|-inf
    power-1|-1e-30|-1.00000002e+30|-inf
    power-1|1e+30|1e-30|-0
    power-1|-1e+30|-1e-30|-0
    power-0.5|0|inf|-inf
    power-0.5|-0|-inf|-inf
    power-0.5|1|1|-0.5
    power-0.5|-1|nan|nan
    power-0.5|0.5|1.41421354|-1.41421354
    power-0.5|-0.5|nan|nan
    power-0.5|3|0.577350259|-0.0962250456
    power-0.5|-3|nan|nan
    power-0.5|6|0.408248276|-0.0340206921
    power-0.5|7|0.377964497|-0.0269974619
    power-0.5|inf|0|-0
    power-0.5|-inf|nan|-0
    power-0.5|1e-30|9.99999987e+14|-inf
    power-0.5|-1e-30|nan|nan
    power-0.5|1e+30|1e-15|-0
    power-0.5|-1e+30|nan|nan
    power0|0|1|0
    power0|-0|1|0
    power0|1|1|0
    power0|-1|1|0
    power0|0.5|1|0
    power0|-0.5|1|0
    power0|3|1|0
    power0|-3|1|0
    power0|6|1|0
    power0|7|1|0
    power0|inf|1|0
    power0|-inf|1|0
    power0|1e-30|1|0
    power0|-1e-30|1|0
    power0|1e+30|1|0
    power0|-1e+30|1|0
    power1|0|0|1
    power1|-0|-0|1
    power1|1|1|1
    power1|-1|-1|1
    power1|0.5|0.5|1
    power1|-0.5|-0.5|1
    power1|3|3|1
    power1|-3|-3|1
    power1|6|6|1
    power1|7|7|1
    power1|inf|inf|1
    power1|-inf|-inf|1
    power1|1e-30|1e-30|1
    power1|-1e-30|-1e-30|1
    power1|1e+30|1.00000002e+30|1
    power1|-1e+30|-1.00000002e+30|1
    power3|0|0|0
    power3|-0|-0|0
    power3|1|1|3
    power3|-1|-1|3
    power3|0.5|0.125|0.75
    power3|-0.5|-0.125|0.75
    power3|3|27|27
    power3|-3|-27|27
    power3|6|216|108
    power3|7|343|147
    power3|inf|inf|inf
    power3|-inf|-inf|inf
    power3|1e-30|0|0
    power3|-1e-30|-0|0
    power3|1e+30|inf|inf
    power3|-1e+30|-inf|inf
    maximum1|0|1|0
    maximum1|-0|1|0
    maximum1|1|1|0.5
    maximum1|-1|1|0
    maximum1|0.5|1|0
    maximum1|-0.5|1|0
    maximum1|3|3|1
    maximum1|-3|1|0
    maximum1|6|6|1
    maximum1|7|7|1
    maximum1|inf|inf|1
    maximum1|-inf|1|0
    maximum1|1e-30|1|0
    maximum1|-1e-30|1|0
    maximum1|1e+30|1.00000002e+30|1
    maximum1|-1e+30|1|0
    minimum1|0|0|1
    minimum1|-0|-0|1
    minimum1|1|1|0.5
    minimum1|-1|-1|1
    minimum1|0.5|0.5|1
    minimum1|-0.5|-0.5|1
    minimum1|3|1|0
    minimum1|-3|-3|1
    minimum1|6|1|0
    minimum1|7|1|0
    minimum1|inf|1|0
    minimum1|-inf|-inf|1
    minimum1|1e-30|1e-30|1
    minimum1|-1e-30|-1e-30|1
    minimum1|1e+30|1|0
    minimum1|-1e+30|-1.00000002e+30|1
    gelu|0|0|0.5
    gelu|-0|-0|0.5
    gelu|1|0.841344714|1.08331549
    gelu|-1|-0.158655256|-0.0833154768
    gelu|0.5|0.345731229|0.86749512
    gelu|-0.5|-0.154268771|0.13250488
    gelu|3|2.99595022|1.01194561
    gelu|-3|-0.00404968858|-0.0119456491
    gelu|6|6|1
    gelu|7|7|1
    gelu|inf|inf|nan
    gelu|-inf|nan|nan
    gelu|1e-30|5.00000002e-31|0.5
    gelu|-1e-30|-5.00000002e-31|0.5
    gelu|1e+30|1.00000002e+30|1
    gelu|-1e+30|-0|0
    geluTanh|0|0|0.5
    geluTanh|-0|-0|0.5
    geluTanh|1|0.841192007|1.08296406
    geluTanh|-1|-0.158807993|-0.0829640925
    geluTanh|0.5|0.345714003|0.86736989
    geluTanh|-0.5|-0.154285997|0.13263011
    geluTanh|3|2.99636269|1.01158428
    geluTanh|-3|-0.00363743305|-0.0115842968
    geluTanh|6|6|1
    geluTanh|7|7|1
    geluTanh|inf|inf|nan
    geluTanh|-inf|nan|nan
    geluTanh|1e-30|5.00000002e-31|0.5
    geluTanh|-1e-30|-5.00000002e-31|0.5
    geluTanh|1e+30|1.00000002e+30|nan
    geluTanh|-1e+30|-0|nan
    silu|0|0|0.5
    silu|-0|-0|0.5
    silu|1|0.731058598|0.927670538
    silu|-1|-0.268941432|0.0723294839
    silu|0.5|0.311229676|0.739961207
    silu|-0.5|-0.188770339|0.260038823
    silu|3|2.85772252|1.08810413
    silu|-3|-0.142277613|-0.0881041065
    silu|6|5.98516464|1.01232624
    silu|7|6.99362278|1.00546014
    silu|inf|inf|nan
    silu|-inf|nan|nan
    silu|1e-30|5.00000002e-31|0.5
    silu|-1e-30|-5.00000002e-31|0.5
    silu|1e+30|1.00000002e+30|1
    silu|-1e+30|-0|-0
    mish|0|0|0.600000024
    mish|-0|-0|0.600000024
    mish|1|0.865098357|1.04903626
    mish|-1|-0.30340144|0.0592167303
    mish|0.5|0.375245243|0.886424422
    mish|-0.5|-0.22074376|0.289510638
    mish|3|2.98653507|1.02110696
    mish|-3|-0.145647466|-0.0933931246
    mish|6|5.99992657|1.00013399
    mish|7|6.99998856|1.0000217
    mish|inf|inf|nan
    mish|-inf|nan|nan
    mish|1e-30|6.00000011e-31|0.600000024
    mish|-1e-30|-6.00000011e-31|0.600000024
    mish|1e+30|1.00000002e+30|1
    mish|-1e+30|-0|0
    elu|0|0|1
    elu|-0|-0|1
    elu|1|1|1
    elu|-1|-0.63212055|0.36787945
    elu|0.5|0.5|1
    elu|-0.5|-0.393469334|0.606530666
    elu|3|3|1
    elu|-3|-0.950212955|0.0497870669
    elu|6|6|1
    elu|7|7|1
    elu|inf|inf|1
    elu|-inf|-1|0
    elu|1e-30|1e-30|1
    elu|-1e-30|-1e-30|1
    elu|1e+30|1.00000002e+30|1
    elu|-1e+30|-1|0
    selu|0|0|1.75809932
    selu|-0|-0|1.75809932
    selu|1|1.05070102|1.05070102
    selu|-1|-1.11133075|0.64676863
    selu|0.5|0.525350511|1.05070102
    selu|-0.5|-0.691758156|1.06634116
    selu|3|3.15210295|1.05070102
    selu|-3|-1.6705687|0.0875306055
    selu|6|6.30420589|1.05070102
    selu|7|7.35490704|1.05070102
    selu|inf|inf|1.05070102
    selu|-inf|-1.75809932|0
    selu|1e-30|1.05070105e-30|1.05070102
    selu|-1e-30|-1.75809926e-30|1.75809932
    selu|1e+30|1.050701e+30|1.05070102
    selu|-1e+30|-1.75809932|0
    softplus|0|0.693147182|0.5
    softplus|-0|0.693147182|0.5
    softplus|1|1.31326163|0.731058598
    softplus|-1|0.313261688|0.268941432
    softplus|0.5|0.974076986|0.622459352
    softplus|-0.5|0.474076986|0.377540678
    softplus|3|3.04858732|0.952574134
    softplus|-3|0.048587352|0.0474258736
    softplus|6|6.00247574|0.997527361
    softplus|7|7.00091171|0.999088943
    softplus|inf|inf|1
    softplus|-inf|0|0
    softplus|1e-30|0.693147182|0.5
    softplus|-1e-30|0.693147182|0.5
    softplus|1e+30|inf|nan
    softplus|-1e+30|0|0
    leakyRelu|0|0|0.200000003
    leakyRelu|-0|-0|0.200000003
    leakyRelu|1|1|1
    leakyRelu|-1|-0.200000003|0.200000003
    leakyRelu|0.5|0.5|1
    leakyRelu|-0.5|-0.100000001|0.200000003
    leakyRelu|3|3|1
    leakyRelu|-3|-0.600000024|0.200000003
    leakyRelu|6|6|1
    leakyRelu|7|7|1
    leakyRelu|inf|inf|1
    leakyRelu|-inf|-inf|0.200000003
    leakyRelu|1e-30|1e-30|1
    leakyRelu|-1e-30|-1.99999996e-31|0.200000003
    leakyRelu|1e+30|1.00000002e+30|1
    leakyRelu|-1e+30|-2.00000003e+29|0.200000003
    hardSigmoid|0|0.5|0.166666672
    hardSigmoid|-0|0.5|0.166666672
    hardSigmoid|1|0.666666687|0.166666672
    hardSigmoid|-1|0.333333343|0.166666672
    hardSigmoid|0.5|0.583333313|0.166666672
    hardSigmoid|-0.5|0.416666657|0.166666672
    hardSigmoid|3|1|0
    hardSigmoid|-3|0|0
    hardSigmoid|6|1|0
    hardSigmoid|7|1|0
    hardSigmoid|inf|1|0
    hardSigmoid|-inf|0|0
    hardSigmoid|1e-30|0.5|0.166666672
    hardSigmoid|-1e-30|0.5|0.166666672
    hardSigmoid|1e+30|1|0
    hardSigmoid|-1e+30|0|0
    hardSwish|0|0|0.5
    hardSwish|-0|-0|0.5
    hardSwish|1|0.666666687|0.833333373
    hardSwish|-1|-0.333333343|0.166666657
    hardSwish|0.5|0.291666657|0.666666687
    hardSwish|-0.5|-0.208333328|0.333333313
    hardSwish|3|3|1
    hardSwish|-3|-0|0
    hardSwish|6|6|1
    hardSwish|7|7|1
    hardSwish|inf|inf|1
    hardSwish|-inf|nan|0
    hardSwish|1e-30|5.00000002e-31|0.5
    hardSwish|-1e-30|-5.00000002e-31|0.5
    hardSwish|1e+30|1.00000009e+30|1
    hardSwish|-1e+30|-0|0
    softsign|0|0|1
    softsign|-0|-0|1
    softsign|1|0.5|0.25
    softsign|-1|-0.5|0.25
    softsign|0.5|0.333333343|0.444444478
    softsign|-0.5|-0.333333343|0.444444478
    softsign|3|0.75|0.0625
    softsign|-3|-0.75|0.0625
    softsign|6|0.857142866|0.0204081684
    softsign|7|0.875|0.015625
    softsign|inf|nan|nan
    softsign|-inf|nan|nan
    softsign|1e-30|1e-30|1
    softsign|-1e-30|-1e-30|1
    softsign|1e+30|1|0
    softsign|-1e+30|-1|0
    deviation|0 0 0|0|0 0 0
    deviation|0.5 0.5 0.5|0|0 0 0
    deviation|0 0 1|0.471404523|-0.235702261 -0.235702261 0.471404493
    deviation|1 -2 3|2.05480456|0.0540738069 -0.432590485 0.378516674
    deviation|-0 0 2|0.942809045|-0.235702261 -0.235702261 0.471404493
    deviation|1 1 0|0.471404523|0.235702246 0.235702246 -0.471404523
    deviation|-1 -1 -1|0|0 0 0
    variance|0 0 0|0|0 0 0
    variance|0.5 0.5 0.5|0|0 0 0
    variance|0 0 1|0.222222224|-0.222222239 -0.222222239 0.444444418
    variance|1 -2 3|4.22222233|0.222222209 -1.77777791 1.55555558
    variance|-0 0 2|0.888888896|-0.444444478 -0.444444478 0.888888836
    variance|1 1 0|0.222222224|0.222222209 0.222222209 -0.444444478
    variance|-1 -1 -1|0|0 0 0
    length|0 0 0|0|0 0 0
    length|0.5 0.5 0.5|0.866025388|0.577350259 0.577350259 0.577350259
    length|0 0 1|1|0 0 1
    length|1 -2 3|3.7416575|0.267261237 -0.534522474 0.801783681
    length|-0 0 2|2|-0 0 1
    length|1 1 0|1.41421354|0.707106769 0.707106769 0
    length|-1 -1 -1|1.73205078|-0.577350259 -0.577350259 -0.577350259
    sumOfAbsolutes|0 0 0|0|0 0 0
    sumOfAbsolutes|0.5 0.5 0.5|1.5|1 1 1
    sumOfAbsolutes|0 0 1|1|0 0 1
    sumOfAbsolutes|1 -2 3|6|1 -1 1
    sumOfAbsolutes|-0 0 2|2|0 0 1
    sumOfAbsolutes|1 1 0|2|1 1 0
    sumOfAbsolutes|-1 -1 -1|3|-1 -1 -1
    largestAbsolute|0 0 0|0|0 0 0
    largestAbsolute|0.5 0.5 0.5|0.5|0.333333343 0.333333343 0.333333343
    largestAbsolute|0 0 1|1|0 0 1
    largestAbsolute|1 -2 3|3|0 -0 1
    largestAbsolute|-0 0 2|2|0 0 1
    largestAbsolute|1 1 0|1|0.5 0.5 0
    largestAbsolute|-1 -1 -1|1|-0.333333343 -0.333333343 -0.333333343
    normalised|0 0 0|0|9.99999996e+11 -1.99999999e+12 4.99999998e+11
    normalised|0.5 0.5 0.5|-0.288675129|1.34715056 -2.11695099 0.769800365
    normalised|0 0 1|0.5|1 -2 0
    normalised|1 -2 3|1.73719811|0.143175676 -0.286351353 -0.238626048
    normalised|-0 0 2|0.5|0.5 -1 0
    normalised|1 1 0|-0.707106769|1.06066012 -1.06066012 0.353553385
    normalised|-1 -1 -1|0.288675129|0.673575282 -1.05847549 0.384900182
    cosine|0 0 0|0|43643576 -87287152 21821788
    cosine|0.5 0.5 0.5|-0.125988156|0.587944746 -0.923913121 0.335968405
    cosine|0 0 1|0.21821788|0.436435759 -0.872871518 0
    cosine|1 -2 3|0.758175373|0.0624869764 -0.124973953 -0.104144946
    cosine|-0 0 2|0.21821788|0.21821788 -0.436435759 0
    cosine|1 1 0|-0.308606684|0.462910026 -0.462910026 0.154303342
    cosine|-1 -1 -1|0.125988156|0.293972373 -0.461956561 0.167984203
    logSumExp|0 0 0|1.09861231|0.333333313 0.333333313 0.333333313
    logSumExp|0.5 0.5 0.5|1.59861231|0.333333313 0.333333313 0.333333313
    logSumExp|0 0 1|1.55144477|0.21194154 0.21194154 0.57611686
    logSumExp|1 -2 3|3.13284516|0.118499666 0.00589975202 0.875600636
    logSumExp|-0 0 2|2.23954463|0.106506996 0.106506996 0.786986172
    logSumExp|1 1 0|1.86199474|0.422318816 0.422318816 0.155362412
    logSumExp|-1 -1 -1|0.0986123085|0.333333313 0.333333313 0.333333313
    softmax|0 0 0|-0.166666672|0.388888896 -0.611111164 0.222222239
    softmax|0.5 0.5 0.5|-0.166666672|0.388888896 -0.611111164 0.222222239
    softmax|0 0 1|0.0761168748|0.19580923 -0.440015435 0.24420622
    softmax|1 -2 3|0.54450047|0.0539765358 -0.0150119159 -0.0389646366
    softmax|-0 0 2|0.286986053|0.0759409592 -0.243579984 0.167639002
    softmax|1 1 0|-0.344637603|0.567865789 -0.69909066 0.131224945
    softmax|-1 -1 -1|-0.166666672|0.388888896 -0.611111164 0.222222239
    logSoftmax|0 0 0|0.549306154|1.16666663 -1.83333337 0.666666627
    logSoftmax|0.5 0.5 0.5|0.549306154|1.16666663 -1.83333337 0.666666627
    logSoftmax|0 0 1|1.27572238|1.10597074 -1.89402926 0.78805846
    logSoftmax|1 -2 3|8.06642342|1.05924988 -1.99705017 0.937800288
    logSoftmax|-0 0 2|2.1197722|1.05325353 -1.94674647 0.893493056
    logSoftmax|1 1 0|-0.0690025687|1.21115947 -1.78884053 0.577681184
    logSoftmax|-1 -1 -1|0.549306154|1.16666663 -1.83333337 0.666666627
    largest|0 0 0|0|0.333333343 0.333333343 0.333333343
    largest|0.5 0.5 0.5|0.5|0.333333343 0.333333343 0.333333343
    largest|0 0 1|1|0 0 1
    largest|1 -2 3|3|0 0 1
    largest|-0 0 2|2|0 0 1
    largest|1 1 0|1|0.5 0.5 0
    largest|-1 -1 -1|-1|0.333333343 0.333333343 0.333333343
    smallest|0 0 0|0|0.333333343 0.333333343 0.333333343
    smallest|0.5 0.5 0.5|0.5|0.333333343 0.333333343 0.333333343
    smallest|0 0 1|0|0.5 0.5 0
    smallest|1 -2 3|-2|0 1 0
    smallest|-0 0 2|-0|0.5 0.5 0
    smallest|1 1 0|0|0 0 1
    smallest|-1 -1 -1|-1|0.333333343 0.333333343 0.333333343
    layerNormalised|0 0 0|0|368.932404 -579.750916 210.818527
    layerNormalised|0.5 0.5 0.5|0|368.932404 -579.750916 210.818527
    layerNormalised|0 0 1|1.41418195|3.18187761 -3.18194079 6.33001328e-05
    layerNormalised|1 -2 3|3.32553482|0.480260402 -0.19210574 -0.288154691
    layerNormalised|-0 0 2|1.41420555|1.59097719 -1.5909853 8.04662704e-06
    layerNormalised|1 1 0|-1.41418195|3.18187761 -3.18194056 6.3419342e-05
    layerNormalised|-1 -1 -1|0|368.932404 -579.750916 210.818527
    rootOfAbsolute|0 0 0|0|nan nan nan
    rootOfAbsolute|0.5 0.5 0.5|2.12132025|0.707106769 0.707106769 0.707106769
    rootOfAbsolute|0 0 1|1|nan nan 0.5
    rootOfAbsolute|1 -2 3|4.14626455|0.5 -0.353553385 0.288675129
    rootOfAbsolute|-0 0 2|1.41421354|nan nan 0.353553385
    rootOfAbsolute|1 1 0|2|0.5 0.5 nan
    rootOfAbsolute|-1 -1 -1|3|-0.5 -0.5 -0.5
    powerOfAbsolute|0 0 0|0|nan nan nan
    powerOfAbsolute|0.5 0.5 0.5|1.78381062|0.891905308 0.891905308 0.891905308
    powerOfAbsolute|0 0 1|1|nan nan 0.75
    powerOfAbsolute|1 -2 3|4.9612999|0.75 -0.630672336 0.56987673
    powerOfAbsolute|-0 0 2|1.68179286|nan nan 0.630672336
    powerOfAbsolute|1 1 0|2|0.75 0.75 nan
    powerOfAbsolute|-1 -1 -1|3|-0.75 -0.75 -0.75
    rootOfSquare|0 0 0|0|nan nan nan
    rootOfSquare|0.5 0.5 0.5|1.5|1 1 1
    rootOfSquare|0 0 1|1|nan nan 1
    rootOfSquare|1 -2 3|6|1 -1 1
    rootOfSquare|-0 0 2|2|nan nan 1
    rootOfSquare|1 1 0|2|1 1 nan
    rootOfSquare|-1 -1 -1|3|-1 -1 -1
    lpNorm|0 0 0|0|nan nan nan
    lpNorm|0.5 0.5 0.5|0.721124768|0.480749846 0.480749846 0.480749846
    lpNorm|0 0 1|1|0 0 1
    lpNorm|1 -2 3|3.30192733|0.0917202085 -0.366880834 0.825481832
    lpNorm|-0 0 2|2|0 0 1
    lpNorm|1 1 0|1.25992107|0.629960537 0.629960537 0
    lpNorm|-1 -1 -1|1.44224954|-0.480749846 -0.480749846 -0.480749846
    distance|0 0 0|0.866025388|-0.577350259 -0.577350259 -0.577350259
    distance|0.5 0.5 0.5|0|0 0 0
    distance|0 0 1|0.866025388|-0.577350259 -0.577350259 0.577350259
    distance|1 -2 3|3.57071424|0.140028015 -0.700140059 0.700140059
    distance|-0 0 2|1.65831244|-0.301511347 -0.301511347 0.904533982
    distance|1 1 0|0.866025388|0.577350259 0.577350259 -0.577350259
    distance|-1 -1 -1|2.59807611|-0.577350318 -0.577350318 -0.577350318
    rootBesideLinear|0 0 0|0|1 -2 0.5
    rootBesideLinear|0.5 0.5 0.5|-0.25|1 -2 0.5
    rootBesideLinear|0 0 1|0.971404552|0.764297724 -2.23570228 0.971404493
    rootBesideLinear|1 -2 3|8.5548048|1.05407381 -2.43259048 0.878516674
    rootBesideLinear|-0 0 2|1.9428091|0.764297724 -2.23570228 0.971404493
    rootBesideLinear|1 1 0|-0.528595448|1.23570228 -1.76429772 0.0285954773
    rootBesideLinear|-1 -1 -1|0.5|1 -2 0.5
    logOfRelu|0 0 0|0|0 0 0
    logOfRelu|0.5 0.5 0.5|1.21639526|0.666666687 0.666666687 0.666666687
    logOfRelu|0 0 1|0.693147182|0 0 0.5
    logOfRelu|1 -2 3|2.07944155|0.5 0 0.25
    logOfRelu|-0 0 2|1.09861231|0 0 0.333333343
    logOfRelu|1 1 0|1.38629436|0.5 0.5 0
    logOfRelu|-1 -1 -1|0|0 0 0
    chosenRoot|0 0 0|0|0 0 0
    chosenRoot|0.5 0.5 0.5|2.12132025|0.707106769 0.707106769 0.707106769
    chosenRoot|0 0 1|1|0 0 0.5
    chosenRoot|1 -2 3|2.7320509|0.5 0 0.288675129
    chosenRoot|-0 0 2|1.41421354|0 0 0.353553385
    chosenRoot|1 1 0|2|0.5 0.5 0
    chosenRoot|-1 -1 -1|0|0 0 0
    chosenQuotient|0 0 0|0|nan nan nan
    chosenQuotient|0.5 0.5 0.5|6|-4 -4 -4
    chosenQuotient|0 0 1|1|nan nan -1
    chosenQuotient|1 -2 3|0.833333373|-1 -0.25 -0.111111119
    chosenQuotient|-0 0 2|0.5|nan nan -0.25
    chosenQuotient|1 1 0|2|-1 -1 nan
    chosenQuotient|-1 -1 -1|-3|-1 -1 -1
    chosenLog|0 0 0|0|nan nan nan
    chosenLog|0.5 0.5 0.5|-2.07944155|2 2 2
    chosenLog|0 0 1|0|nan nan 1
    chosenLog|1 -2 3|1.09861231|1 -0 0.333333343
    chosenLog|-0 0 2|0.693147182|nan nan 0.5
    chosenLog|1 1 0|0|1 1 nan
    chosenLog|-1 -1 -1|0|-0 -0 -0
    entropy|0 0 0|1.09861231|0 0 0
    entropy|0.5 0.5 0.5|1.09861231|0 0 0
    entropy|0 0 1|0.975327849|0.122103117 0.122103117 -0.24420619
    entropy|1 -2 3|0.399343282|0.205419376 0.0279264785 -0.233345821
    entropy|-0 0 2|0.665572643|0.167639002 0.167639002 -0.335278004
    entropy|1 1 0|1.01735711|-0.0656124502 -0.0656124502 0.131224945
    entropy|-1 -1 -1|1.09861231|0 0 0
    rootOfRelu|0 0 0|0|0 0 0
    rootOfRelu|0.5 0.5 0.5|2.12132025|0.707106769 0.707106769 0.707106769
    rootOfRelu|0 0 1|1|0 0 0.5
    rootOfRelu|1 -2 3|2.7320509|0.5 0 0.288675129
    rootOfRelu|-0 0 2|1.41421354|0 0 0.353553385
    rootOfRelu|1 1 0|2|0.5 0.5 0
    rootOfRelu|-1 -1 -1|0|0 0 0
    productOfRoots|0 0 0|0|nan nan nan
    productOfRoots|0.5 0.5 0.5|1.06066012|1.06066012 1.06066012 1.06066012
    productOfRoots|0 0 1|1|nan nan 1.5
    productOfRoots|1 -2 3|3.36772513|1.5 2.12132025 2.59807634
    productOfRoots|-0 0 2|2.82842708|nan nan 2.12132025
    productOfRoots|1 1 0|2|1.5 1.5 nan
    productOfRoots|-1 -1 -1|-3|1.5 1.5 1.5
    """
}
