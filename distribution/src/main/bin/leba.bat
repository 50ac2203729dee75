@echo off
rem Starts LEBA. Honours JAVA_HOME, LEBA_OPTS (more JVM flags) and LEBA_ARCHIVE (auto, create or off; see bin/leba).
setlocal EnableExtensions DisableDelayedExpansion
set "oldest=17"

for %%i in ("%~dp0..") do set "home=%%~fi"

if defined JAVA_HOME (
    set "java=%JAVA_HOME%\bin\java.exe"
    set "java_home=%JAVA_HOME%"
) else (
    set "java="
    for %%i in (java.exe) do set "java=%%~$PATH:i"
)
if not defined java (
    echo leba: no java on the PATH and JAVA_HOME is not set; LEBA needs Java %oldest% or newer>&2
    exit /b 1
)
if not exist "%java%" (
    echo leba: JAVA_HOME is %JAVA_HOME%, but there is no bin\java.exe in it; LEBA needs Java %oldest% or newer>&2
    exit /b 1
)
if not defined java_home for %%i in ("%java%\..\..") do set "java_home=%%~fi"

set "version="
set "build="
if exist "%java_home%\release" (
    for /f "usebackq tokens=1,2 delims==" %%a in ("%java_home%\release") do (
        if "%%a"=="JAVA_VERSION" set "version=%%~b"
        if "%%a"=="JAVA_RUNTIME_VERSION" set "build=%%~b"
    )
)
if not defined version (
    for /f "tokens=3" %%v in ('""%java%" -version 2>&1" ^| findstr /c:" version "') do if not defined version set "version=%%~v"
)
if not defined version (
    echo leba: cannot tell the version of %java%; LEBA needs Java %oldest% or newer>&2
    exit /b 1
)
set "feature=%version%"
if "%feature:~0,2%"=="1." set "feature=%feature:~2%"
for /f "tokens=1 delims=.-+_" %%f in ("%feature%") do set "feature=%%f"
if %feature% LSS %oldest% (
    echo leba: Java %version% in %java_home% is too old; LEBA needs Java %oldest% or newer>&2
    exit /b 1
)

if not defined build set "build=%version%"
if %feature% GEQ 25 (
    set "archive=%home%\runtime\java-%build%.aot"
    set "use=-XX:AOTCache="
    set "make=-XX:AOTCacheOutput="
    set "log=-Xlog:all=warning,cds*=off,aot*=off:stderr"
) else (
    set "archive=%home%\runtime\java-%build%.jsa"
    set "use=-XX:SharedArchiveFile="
    set "make=-XX:ArchiveClassesAtExit="
    set "log=-Xlog:all=warning,cds*=off:stderr"
)
if not defined LEBA_ARCHIVE set "LEBA_ARCHIVE=auto"
set "shared="
if "%LEBA_ARCHIVE%"=="create" (
    if not exist "%home%\runtime" mkdir "%home%\runtime"
    set shared="%make%%archive%"
) else if "%LEBA_ARCHIVE%"=="auto" (
    if exist "%archive%" set shared="%use%%archive%"
) else if not "%LEBA_ARCHIVE%"=="off" (
    echo leba: LEBA_ARCHIVE is '%LEBA_ARCHIVE%'; expected auto, create or off>&2
    exit /b 1
)

set "flags=-XX:+UseSerialGC -Xms48m -XX:MetaspaceSize=96m -XX:MaxRAMPercentage=50 -XX:ReservedCodeCacheSize=64m"
set "flags=%flags% -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError -Xlog:disable %log%"
set "flags=%flags% -Dio.netty.leakDetection.level=disabled -Dio.netty.jfr.enabled=false --add-modules ALL-DEFAULT,ALL-MODULE-PATH"
if %feature% GEQ 24 set "flags=%flags% --sun-misc-unsafe-memory-access=allow --enable-native-access=io.netty.common"

"%java%" %flags% "-Dleba.home=%home%" "-Dlog4j2.configurationFile=%home%\conf\log4j2.xml" %shared% %LEBA_OPTS% -p "%home%\lib" -m io.leba.kernel/io.leba.kernel.cli.Main %*
exit /b %ERRORLEVEL%
