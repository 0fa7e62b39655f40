# Puts the folder of this file on the user's PATH, or takes it off. The value is read and written without expanding it.
param([Parameter(Mandatory)][ValidateSet('add', 'remove')][string]$Action)
$ErrorActionPreference = 'Stop'
$key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
$old = [string]$key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
$folders = @($old -split ';' | Where-Object { $_ -ne '' -and $_ -ne $PSScriptRoot })
if ($Action -eq 'add') { $folders += $PSScriptRoot }
$key.SetValue('Path', ($folders -join ';'), [Microsoft.Win32.RegistryValueKind]::ExpandString)
$key.Close()
