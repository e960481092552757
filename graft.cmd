@echo off
rem Runs Graft's command line on Windows, as ./graft does elsewhere: builds on first use, then starts Java.
rem Written from the shell script and never run on Windows: reports are welcome. It rebuilds when .graft is deleted,
rem not by itself after a change of the sources, and two first uses at once are not kept apart.
setlocal

set "ROOT=%~dp0"
set "STATE=%ROOT%.graft"
set "MAIN=ai.graft.finetune.cli.Graft"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo graft: found no java. Install a JDK 17 or newer, or set JAVA_HOME to one. 1>&2
  exit /b 3
)
if not exist "%STATE%\classpath" (
  call :build
  if errorlevel 1 exit /b 3
)

set "COMPILER="
for %%C in (help --help -h --version -V inspect tokenize init doctor) do if "%~1"=="%%C" set "COMPILER=-XX:TieredStopAtLevel=1"
if "%~1"=="" set "COMPILER=-XX:TieredStopAtLevel=1"

"%JAVA%" %COMPILER% -Xshare:auto "-XX:SharedArchiveFile=%STATE%\graft.jsa" -XX:+DisplayVMOutputToStderr ^
  -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED ^
  -Dai.djl.offline=true -Djava.awt.headless=true "-Dgraft.launcher=%~f0" %GRAFT_JAVA_OPTS% "@%STATE%\classpath" %MAIN% %*
exit /b %ERRORLEVEL%

:build
where mvn >nul 2>&1
if errorlevel 1 (
  echo graft: the first use builds Graft and needs Maven 3.8.7 or newer, but found no mvn. Install it and put it on the PATH. 1>&2
  exit /b 3
)
echo building Graft ^(first use, about a minute^)... 1>&2
if not exist "%STATE%" mkdir "%STATE%"
pushd "%ROOT%"
call mvn -B -q -Dmaven.test.skip=true -Djacoco.skip=true -pl notebooks -am package 1>&2
if errorlevel 1 (
  popd
  echo graft: the build failed; Maven's messages stand above. 1>&2
  exit /b 3
)
popd
rem A file of arguments, because a command line is too short for the class path: blanks need quotes, and / needs no escape.
powershell -NoProfile -Command "$t = '%ROOT%notebooks\target'; $own = (Get-Item ($t + '\graft-notebooks-*.jar')).FullName; $rest = Get-Content -Raw ($t + '\runtime-classpath.txt'); $cp = ($own + ';' + $rest.Trim()).Replace('\', '/'); [IO.File]::WriteAllText('%STATE%\classpath', '-cp ' + [char]34 + $cp + [char]34)"
if errorlevel 1 exit /b 3
"%JAVA%" -Xlog:disable "-XX:ArchiveClassesAtExit=%STATE%\graft.jsa" "@%STATE%\classpath" %MAIN% warm-up >nul 2>&1
exit /b 0
