# Makes one man page: template, then the tool's own sections, then scdoc.
file(READ ${source} text)
if(tool)
  execute_process(COMMAND ${tool} --generate scdoc OUTPUT_VARIABLE options COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "@OPTIONS@\n" "${options}" text "${text}")
endif()
string(REPLACE "@VERSION@" "${version}" text "${text}")
file(WRITE ${out}.scd "${text}")
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} 1767225600)  # pages do not change with the day of their making
endif()
execute_process(COMMAND ${scdoc} INPUT_FILE ${out}.scd OUTPUT_FILE ${out} COMMAND_ERROR_IS_FATAL ANY)
