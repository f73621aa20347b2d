# The build that prebuilds ship and `npx layerwise build` runs. Sources, flags and ISAs come from native/sources.json,
# which CMakeLists.txt reads too. gyp sets flags per target, so every ISA is a static library of its own.
{
  'variables': {
    # Set-up turns it on: warnings are errors while developing, but a user's newer compiler must not fail on a new one.
    'lw_werror%': 'false',
    'eigen_dir': '<(module_root_dir)/native/vendor/eigen',
    'napi_dir': '<!(node -p "path.dirname(require.resolve(\'node-addon-api/napi.h\'))")',
    'core_sources': [
      '<!@(node -p "const s=require(\'./native/sources.json\');[\'base\',\'ops\',\'plan\',\'backend\',\'reference\',\'cpu\'].flatMap(k=>s[k]).map(f=>\'native/\'+f).join(\' \')")',
    ],
    'binding_sources': [
      '<!@(node -p "require(\'./native/sources.json\').binding.map(f=>\'native/\'+f).join(\' \')")',
    ],
    'kernel_sources': [
      '<!@(node -p "require(\'./native/sources.json\').kernels.map(f=>\'native/\'+f).join(\' \')")',
    ],
    'kernel_flags': [
      '<!@(node -p "require(\'./native/sources.json\').kernelFlags.join(\' \')")',
    ],
  },
  'target_defaults': {
    'include_dirs': ['native'],
    'defines': [
      'NAPI_VERSION=8',
      '<!@(node -p "require(\'./native/sources.json\').defines.join(\' \')")',
    ],
    'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
    'cflags_cc': [
      '<!@(node -p "const s=require(\'./native/sources.json\');[...s.flags,...s.release].join(\' \')")',
      '-fexceptions',
      '-frtti',
      '-pthread',
      '-isystem', '<(eigen_dir)',
      '-isystem', '<(napi_dir)',
    ],
    'xcode_settings': {
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++20',
      'MACOSX_DEPLOYMENT_TARGET': '12.0',
      'OTHER_CPLUSPLUSFLAGS': [
        '<!@(node -p "const s=require(\'./native/sources.json\');[...s.flags,...s.release].join(\' \')")',
        '-isystem', '<(eigen_dir)',
        '-isystem', '<(napi_dir)',
      ],
    },
    'conditions': [
      ['lw_werror=="true"', {
        'cflags_cc': ['-Werror'],
      }],
    ],
  },
  'targets': [
    {
      'target_name': 'layerwise',
      'sources': ['<@(core_sources)', '<@(binding_sources)'],
      # SWALLOW: an error for a worker that is being terminated has nobody to be thrown to, and must not end the process.
      'defines': ['NAPI_CPP_EXCEPTIONS', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
      'dependencies': ['lw_kernels_baseline'],
      # -z now: a symbol that is missing fails the load, with its message, and not the first call, with a dead process.
      'ldflags': ['-pthread', '-Wl,--exclude-libs,ALL', '-Wl,-z,now'],
      'conditions': [
        ['target_arch=="x64"', {
          'dependencies': ['lw_kernels_avx2', 'lw_kernels_avx512', 'lw_kernels_avx512bf16', 'lw_kernels_amx'],
        }],
      ],
    },
    {
      'target_name': 'lw_kernels_baseline',
      'type': 'static_library',
      'sources': ['<@(kernel_sources)'],
      'defines': ['Eigen=Eigen_baseline', 'LW_ISA=baseline', 'LW_ISA_NS=lw_baseline'],
      'cflags_cc': [
        '<@(kernel_flags)',
        '<!@(node -p "(require(\'./native/sources.json\').isa[\'<(target_arch)\']||{baseline:[]}).baseline.join(\' \')")',
      ],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'lw_kernels_avx2',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['Eigen=Eigen_avx2', 'LW_ISA=avx2', 'LW_ISA_NS=lw_avx2'],
          'cflags_cc': [
            '<@(kernel_flags)',
            '<!@(node -p "require(\'./native/sources.json\').isa.x64.avx2.join(\' \')")',
          ],
        },
        {
          'target_name': 'lw_kernels_avx512',
          'type': 'static_library',
          'sources': ['<@(kernel_sources)'],
          'defines': ['Eigen=Eigen_avx512', 'LW_ISA=avx512', 'LW_ISA_NS=lw_avx512'],
          'cflags_cc': [
            '<@(kernel_flags)',
            '<!@(node -p "require(\'./native/sources.json\').isa.x64.avx512.join(\' \')")',
          ],
        },
        # Extensions: instructions that some CPUs with AVX-512 have, with kernels of their own.
        {
          'target_name': 'lw_kernels_avx512bf16',
          'type': 'static_library',
          'sources': [
            '<!@(node -p "require(\'./native/sources.json\').extensions.x64.avx512bf16.kernels.map(f=>\'native/\'+f).join(\' \')")',
          ],
          'defines': ['Eigen=Eigen_avx512bf16', 'LW_ISA=avx512bf16', 'LW_ISA_NS=lw_avx512bf16'],
          'cflags_cc': [
            '<@(kernel_flags)',
            '<!@(node -p "require(\'./native/sources.json\').extensions.x64.avx512bf16.flags.join(\' \')")',
          ],
        },
        {
          'target_name': 'lw_kernels_amx',
          'type': 'static_library',
          'sources': [
            '<!@(node -p "require(\'./native/sources.json\').extensions.x64.amx.kernels.map(f=>\'native/\'+f).join(\' \')")',
          ],
          'defines': ['Eigen=Eigen_amx', 'LW_ISA=amx', 'LW_ISA_NS=lw_amx'],
          'cflags_cc': [
            '<@(kernel_flags)',
            '<!@(node -p "require(\'./native/sources.json\').extensions.x64.amx.flags.join(\' \')")',
          ],
        },
      ],
    }],
  ],
}
