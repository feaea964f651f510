@echo off
rem Starts Attention Studio without a console; the first time a small window shows the set-up.
where pyw >nul 2>nul && (start "" pyw -3 "%~dp0launch.py" %* & exit /b)
where pythonw >nul 2>nul && (start "" pythonw "%~dp0launch.py" %* & exit /b)
echo Attention Studio needs Python 3.11 to 3.14. Opening its page ...
start "" https://www.python.org/downloads/
pause
